using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;
using Ringway.WhatsApp.Permissions;

namespace Ringway.CallBacks;

/// <summary>
/// Who wants to be called back: in the store what counts, in memory what pages look at. One worker does everything in its order and
/// waits when the store is away; no call waits for it. Whoever has talked with a user meanwhile, by whatever call, has done it.
/// </summary>
public sealed partial class CallBackBook(
    ICallStore store, PermissionBook permissions, CallBoard board, RingwayOptions options, TimeProvider time, ILogger<CallBackBook> log)
    : BackgroundService
{
    /// <summary>An agent who has clicked waits no longer for the store.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Who has taken an entry for so long without a call to be seen does not call: ringway was restarted between the two.</summary>
    private static readonly TimeSpan UntilItRings = TimeSpan.FromSeconds(30);

    /// <summary>What is heard of permissions is told at once; this is for what nobody tells.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);

    /// <summary>The outcome of a call in which somebody asked.</summary>
    private const string AskedFor = "callBack";

    // Unbounded on purpose: nobody who asked may be forgotten.
    private readonly Channel<Func<CancellationToken, Task>> _work =
        Channel.CreateUnbounded<Func<CancellationToken, Task>>(new() { SingleReader = true });
    private volatile IReadOnlyList<CallBackView> _now = [];
    private DateTimeOffset _lookedAt;

    /// <summary>Put it into a queue and return.</summary>
    public event Action<IReadOnlyList<CallBackView>>? Changed;

    /// <summary>All who want to be called back, the longest first.</summary>
    public IReadOnlyList<CallBackView> Now => _now;

    /// <summary>A caller asked for it. Returns at once; she is on the list when her call has ended, since she cannot be called before.</summary>
    public void Asked(Story story)
    {
        if (!PhoneNumber.TryParse(story.Customer.Number, out var number, out _)) return;
        Log.Asked(log, story.Id, story.Line);
        Add(new(story.Id.Value, story.Line, number, story.Customer.Name, story.CallBackAt ?? time.GetUtcNow()));
    }

    /// <summary>A caller has left a message, which somebody is to answer. Who shows no number cannot be called.</summary>
    public void LeftMessage(CallRecord call)
    {
        if (call.Customer.Number is { } number) Add(new(call.Id, call.Line.Id, number, call.Customer.Name, call.EndedAt ?? time.GetUtcNow(), LeftMessage: true));
    }

    /// <summary>The agent is about to call; until the call has ended or is answered nobody else may.</summary>
    /// <exception cref="TimeoutException">The store does not answer.</exception>
    public async Task<CallBackTaken> TakeAsync(string id, AgentId by, CancellationToken ct)
    {
        if (await AskAsync(token => store.TakeCallBackAsync(id, by.Value, time.GetUtcNow(), token), ct))
            return Now.FirstOrDefault(view => view.Id == id) is { } taken ? new CallBackTaken.Yours(taken) : new CallBackTaken.NotThere();
        return Now.FirstOrDefault(view => view.Id == id) is { TakenBy: { } other } ? new CallBackTaken.Others(new(other)) : new CallBackTaken.NotThere();
    }

    /// <summary>The call did not come about.</summary>
    public void Free(string id, AgentId by) => Do(ct => PersevereAsync(() => store.FreeCallBackAsync(id, by.Value, ct), ct));

    /// <summary>It is done, or not to be done.</summary>
    /// <exception cref="TimeoutException">The store does not answer.</exception>
    public Task<bool> RemoveAsync(string id, CancellationToken ct) => AskAsync(token => store.RemoveCallBackAsync(id, token), ct);

    /// <summary>Another ringway on the same database has changed the list.</summary>
    public Task ReadAgainAsync(CancellationToken ct)
    {
        Do(_ => Task.CompletedTask);
        return Task.CompletedTask;
    }

    /// <summary>From before the first call can be told.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        board.Changed += Look;
        permissions.Changed += Look;
        Do(_ => Task.CompletedTask);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Writes down what waits, for as long as the host allows.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        board.Changed -= Look;
        permissions.Changed -= Look;
        _work.Writer.TryComplete();
        if (ExecuteTask is { } working)
            await working.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var beat = time.CreateTimer(_ => LookForForgotten(), null, UntilItRings, UntilItRings);
        await foreach (var work in _work.Reader.ReadAllAsync(stoppingToken))
        {
            await work(stoppingToken);
            // What has gathered is read once.
            if (!_work.Reader.TryPeek(out _)) await ReadAsync(stoppingToken);
        }
    }

    private void Add(CallBackRow row) => Do(ct => PersevereAsync(() => store.AddCallBackAsync(row, ct), ct));

    private void Do(Func<CancellationToken, Task> work) => _work.Writer.TryWrite(work);

    /// <summary>Does it in its turn, and answers when the list shows it.</summary>
    private Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> question, CancellationToken ct)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Do(async token =>
        {
            try
            {
                var said = await question(token);
                await ReadAsync(token);
                answer.TrySetResult(said);
            }
            catch (Exception fault)
            {
                answer.TrySetException(fault);
            }
        });
        return answer.Task.WaitAsync(Patience, time, ct);
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        IReadOnlyList<CallBackRow> rows = [];
        await PersevereAsync(async () => rows = await store.CallBacksAsync(ct), ct);
        var now = await Task.WhenAll(rows.Where(row => board.Find(row.Id) is null).Select(row => ViewAsync(row, ct)));
        _lookedAt = time.GetUtcNow();
        if (now.SequenceEqual(Now)) return;
        _now = now;
        Changed?.Invoke(now);
    }

    private async Task<CallBackView> ViewAsync(CallBackRow row, CancellationToken ct) => new(
        row.Id, new(row.Name, row.Number, null), options.Line(row.Line) is { } line ? new(line.Id, line.Number, line.Name) : new(row.Line, default, row.Line),
        row.AskedAt, row.TakenBy, row.LeftMessage, await permissions.LookAsync(row.Line, WhatsAppUser.Of(row.Number), ct));

    /// <summary>Called under the board's lock.</summary>
    private void Look(CallView call)
    {
        if (call is { IsOver: true, Outcome.What: AskedFor }) Do(_ => Task.CompletedTask);
        foreach (var wanted in Now.Where(wanted => wanted.Id != call.Id && IsWith(call, wanted)))
        {
            if (call.AnsweredAt > wanted.AskedAt)
                Do(ct => PersevereAsync(() => store.RemoveCallBackAsync(wanted.Id, ct), ct));
            else if (call is { IsOver: true, Direction: Direction.Outbound, Agent: { } agent } && agent == wanted.TakenBy)
                Free(wanted.Id, new(agent));
        }
    }

    /// <summary>Called under the permission's lock.</summary>
    private void Look(PermissionView permission)
    {
        if (Now.Any(wanted => wanted.Line.Id == permission.Line && wanted.Permission.User == permission.User && wanted.Permission != permission))
            Do(_ => Task.CompletedTask);
    }

    private void LookForForgotten()
    {
        var (now, live) = (time.GetUtcNow(), board.Live);
        if (now - _lookedAt > LookAgain) Do(_ => Task.CompletedTask);
        foreach (var taken in Now.Where(wanted => wanted.TakenBy is not null && !live.Any(call => call.Agent == wanted.TakenBy && IsWith(call, wanted))))
            Do(ct => PersevereAsync(() => FreeForgottenAsync(taken.Id, now, ct), ct));
    }

    private async Task FreeForgottenAsync(string id, DateTimeOffset now, CancellationToken ct)
    {
        // What an agent of another ringway has taken is for that one to look at, as long as it lives.
        var row = (await store.CallBacksAsync(ct)).FirstOrDefault(
            row => row.Id == id && row.TakenAt <= now - UntilItRings && (row.TakenOn is null || row.TakenOn == options.Node));
        if (row?.TakenBy is { } agent) await store.FreeCallBackAsync(id, agent, ct);
    }

    private static bool IsWith(CallView call, CallBackView wanted) => call.Line.Id == wanted.Line.Id && call.Customer.Number == wanted.Customer.Number;

    private async Task PersevereAsync(Func<Task> work, CancellationToken ct)
    {
        if (await store.PersevereAsync(work, fault => Log.Away(log, fault.Message), time, ct) is { } refused) Log.Refused(log, refused);
    }

    private static partial class Log
    {
        [LoggerMessage(5501, LogLevel.Information, "The caller of {Call} on line {Line} wants to be called back.")]
        public static partial void Asked(ILogger log, CallId call, string line);

        [LoggerMessage(5502, LogLevel.Warning, "The store does not answer ({Why}); who wants to be called back is written down when it does.")]
        public static partial void Away(ILogger log, string why);

        [LoggerMessage(5503, LogLevel.Error, "The store refuses something about who wants to be called back though it is well; it is left out.")]
        public static partial void Refused(ILogger log, Exception fault);
    }
}

/// <summary>What came of wanting to call somebody back.</summary>
public abstract record CallBackTaken
{
    private CallBackTaken()
    {
    }

    public sealed record Yours(CallBackView CallBack) : CallBackTaken;

    public sealed record Others(AgentId Agent) : CallBackTaken;

    public sealed record NotThere : CallBackTaken;
}
