using Ringway.Calls;

namespace Ringway.Tests.Switchboard;

/// <summary>Killed at any line: calls go on, and the next Ringway takes them up.</summary>
public class RingwayDies
{
    private const string Caller = "n1-1772452800.12";
    private const string Ada = "n1-1772452800-12.ada";
    private const string Bridge = "n1-1772452800-12";

    private readonly ModelAsterisk _asterisk = new();

    [Fact]
    public async Task Two_who_talk_go_on_and_the_end_is_told_rightly()
    {
        await using (new Desk(_asterisk))
        {
            await TalkAsync();
        }

        await using var next = new Desk(_asterisk);
        await _asterisk.UntilAsync("taken up", () => next.Told.OfType<Call.Talking>().Any());
        Assert.Equal([Ada, Caller], _asterisk.InBridge(Bridge).Order(StringComparer.Ordinal));
        _asterisk.HangUp(Ada);

        var over = await next.OverAsync();
        Assert.Equal(new Outcome(What.Completed, Whose.Agent), over.Outcome);
        Assert.Equal(new AgentId("ada"), over.Story.Agent);
        Assert.NotNull(over.Story.AnsweredAt);
    }

    [Fact]
    public async Task A_caller_who_hung_up_meanwhile_does_not_leave_the_agent_alone()
    {
        Story talked;
        await using (var first = new Desk(_asterisk))
        {
            await TalkAsync();
            await _asterisk.UntilAsync("told", () => first.Told.OfType<Call.Talking>().Any());
            talked = first.Told.OfType<Call.Talking>().Last().Story;
        }

        _asterisk.HangUp(Caller);

        await using var next = new Desk(_asterisk, remembered: talked);
        Assert.Equal(new Outcome(What.Completed, Whose.Customer), (await next.OverAsync()).Outcome);
        await _asterisk.UntilAsync("Asterisk is empty", () => _asterisk.Channels.Count == 0 && _asterisk.Bridges.Count == 0);
    }

    [Fact]
    public async Task A_caller_whom_the_safety_net_caught_meanwhile_is_left_to_it()
    {
        await using (new Desk(_asterisk))
        {
            await _asterisk.UntilAsync("nothing", () => true);
        }

        _asterisk.Arrive(Caller, "+15550100001", "main");
        _asterisk.FallIntoTheNet(Caller);
        await using var next = new Desk(_asterisk);
        _asterisk.Arrive("n1-1772452900.20", "+15550100003", "main");
        await _asterisk.UntilAsync("the next caller is served", () => _asterisk.Channels.Contains("n1-1772452900-20.ada"));

        Assert.Contains(Caller, _asterisk.Channels);
        Assert.DoesNotContain(_asterisk.Commands, command => command.Contains(Bridge, StringComparison.Ordinal) || command.Contains(Caller, StringComparison.Ordinal));
    }

    /// <summary>
    /// An inbound call takes some ten commands to set up. Ringway is killed before each of them in turn, and the next
    /// one must bring the call to a talk all the same.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Killed_before_any_command_of_the_set_up_the_call_still_comes_to_a_talk(int command)
    {
        var killed = new TaskCompletionSource();
        var first = new Desk(_asterisk);
        _asterisk.BeforeCommand = count =>
        {
            if (count == command && killed.TrySetResult())
            {
                // The command is not obeyed and neither is any after it: the socket is dead.
                throw new OperationCanceledException("killed");
            }
        };
        _asterisk.AnswersAtOnce = Ada;
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await killed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await first.DisposeAsync();

        await using var next = new Desk(_asterisk);
        await _asterisk.UntilAsync("somebody talks with the caller",
            () => _asterisk.InBridge(Bridge).Contains(Caller) && _asterisk.InBridge(Bridge).Count == 2);
        await _asterisk.UntilAsync("nobody else rings", () => _asterisk.Channels.Count == 2);
    }

    [Fact]
    public async Task An_agent_who_answered_while_nobody_was_there_is_rung_again()
    {
        await using (new Desk(_asterisk))
        {
            _asterisk.Arrive(Caller, "+15550100001", "main");
            await _asterisk.UntilAsync("both ring", () => _asterisk.Channels.Count == 3 && _asterisk.Bridges.Count == 1);
        }

        await _asterisk.UntilAsync("nobody listens", () => !_asterisk.IsListenedTo);
        foreach (var leg in _asterisk.Channels.Where(leg => leg != Caller))
        {
            _asterisk.PickUp(leg); // into an application that is not there: Asterisk ends the leg
        }

        Assert.Equal([Caller], _asterisk.Channels);
        await using var next = new Desk(_asterisk);
        await AnswerWhenRungAsync();
        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2);
    }

    [Fact]
    public async Task When_Asterisk_itself_has_restarted_every_call_ends_as_failed_by_Asterisk()
    {
        await using var desk = new Desk(_asterisk);
        await TalkAsync();
        _asterisk.Restart("2026-03-02T12:30:00.000+0000");

        await desk.ReconnectAsync();

        Assert.Equal(new Outcome(What.Failed, Whose.Asterisk), (await desk.OverAsync()).Outcome);
    }

    private async Task TalkAsync()
    {
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await AnswerWhenRungAsync();
        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2 && _asterisk.Channels.Count == 2
            && _asterisk.VariableOf(Caller, "RINGWAY_TALK") is not null);
    }

    private async Task AnswerWhenRungAsync()
    {
        await _asterisk.UntilAsync("ada rings", () => _asterisk.Channels.Contains(Ada));
        _asterisk.PickUp(Ada);
    }
}
