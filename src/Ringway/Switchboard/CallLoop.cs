using System.Threading.Channels;
using Ringway.Ari;
using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// One call's mailbox and the only reader of its events: take one, ask the rules, carry out, tell. The mailbox is unbounded on
/// purpose; an event thrown away would leave a ghost call.
/// </summary>
public sealed class CallLoop
{
    private readonly Channel<CallEvent> _mailbox =
        System.Threading.Channels.Channel.CreateUnbounded<CallEvent>(new() { SingleReader = true });
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CommandRunner _runner;
    private readonly Step _beginning;
    private readonly Action<CallLoop> _told;
    private readonly TimeProvider _time;
    private volatile Call _call;

    /// <param name="beginning">The call's first state, or the one it is taken up in, with what is to be done at once.</param>
    /// <param name="told">Hears of every new state, on the loop's thread; must not block.</param>
    public CallLoop(
        AriApplication application, Step beginning, CallEvidence evidence, Func<CallLoop, CommandRunner> runner,
        Action<CallLoop> told, TimeProvider time)
    {
        Application = application;
        Evidence = evidence;
        _call = beginning.Next;
        _told = told;
        _time = time;
        _runner = runner(this);
        _beginning = beginning;
    }

    /// <summary>From now on it tells, so whoever is told must be able to find it.</summary>
    public void Begin() => _ = BeginAsync();

    /// <summary>Whose events and commands this call's are.</summary>
    public AriApplication Application { get; }

    /// <summary>The call as it stands; for lists and lookups, never for decisions.</summary>
    public Call Call => _call;

    /// <summary>What it went through, for those who want to know why.</summary>
    public CallEvidence Evidence { get; }

    /// <summary>Completes when the call is over and told.</summary>
    public Task Finished => _finished.Task;

    /// <summary>False when the call is over and hears nothing any more.</summary>
    public bool Post(CallEvent happened) => _mailbox.Writer.TryWrite(happened);

    private async Task BeginAsync()
    {
        try
        {
            await RunAsync(_beginning);
            _finished.SetResult();
        }
        catch (Exception fault)
        {
            _finished.SetException(fault);
        }
    }

    private async Task RunAsync(Step step)
    {
        // Leave the caller's thread: it is the reader of a socket that other calls wait for.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var ended = _runner;
        var reserved = false;
        while (true)
        {
            var before = _call;
            _call = step.Next;
            _runner.Run(_call.Story, step.Do.Where(command => !command.Reserves));
            if (_call is Call.Over over)
            {
                Evidence.Over(over.Outcome);
            }

            // That she is listened to once more is no news.
            if (before != _call || step.Do.Any(command => command is not Command.Listen) || reserved)
            {
                _told(this);
            }

            // Last: agents who are found are reserved for it at once, and the state that was told still engages nobody.
            _runner.Run(_call.Story, step.Do.Where(command => command.Reserves));

            if (_call is Call.Over)
            {
                _mailbox.Writer.Complete();
                LetGoOfLateLegs();
                return;
            }

            var happened = await _mailbox.Reader.ReadAsync();
            Evidence.Heard(_call, happened);
            reserved = happened.Reserves;
            step = CallMachine.On(_call, happened, _time.GetUtcNow());
        }
    }

    /// <summary>What came while the call was ending: a leg that answers now must not be left with nobody.</summary>
    private void LetGoOfLateLegs()
    {
        while (_mailbox.Reader.TryRead(out var late))
        {
            if (late is CallEvent.PickedUp picked)
            {
                _runner.Run(_call.Story, [new Command.HangUpLeg(Leg.Of(picked.By), 16)]);
            }
        }
    }
}
