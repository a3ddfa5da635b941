using Ringway.Calls;
using Ringway.Switchboard;

namespace Ringway.Tests.Switchboard;

public class CallsThroughTheSwitchboard
{
    private const string Caller = "n1-1772452800.12";
    private const string Ada = "n1-1772452800-12.ada";
    private const string Bob = "n1-1772452800-12.bob";
    private const string Bridge = "n1-1772452800-12";

    private static readonly CallId Call = new("n1-1772452800-12");

    private readonly ModelAsterisk _asterisk = new();

    [Fact]
    public async Task An_arriving_call_rings_every_free_agent_and_is_claimed()
    {
        await using var desk = new Desk(_asterisk);

        await RingAsync();

        await _asterisk.UntilAsync("the call is claimed", () => _asterisk.Commands.Count > 2);
        Assert.Equal(["POST channels/" + Ada, "POST channels/" + Bob, "POST channels/" + Caller + "/variable"], _asterisk.Commands.Take(3));
        Assert.Equal("38", _asterisk.VariableOf(Caller, "TIMEOUT(absolute)")); // the ring time, and then the safety net
        Assert.Equal("n1-1772452800-12", _asterisk.VariableOf(Ada, "PJSIP_HEADER(add,X-Ringway-Call)"));
    }

    [Fact]
    public async Task The_first_to_answer_is_joined_to_the_caller_and_the_other_stops()
    {
        await using var desk = new Desk(_asterisk);
        await RingAsync();

        _asterisk.PickUp(Bob);

        await _asterisk.UntilAsync("bob and the caller talk", () => _asterisk.InBridge(Bridge).Count == 2);
        await _asterisk.UntilAsync("ada stops ringing", () => !_asterisk.Channels.Contains(Ada));
        Assert.Equal([Bob, Caller], _asterisk.InBridge(Bridge).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nobody_waits_for_an_answer_between_two_commands()
    {
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await using var desk = new Desk(_asterisk);
        await _asterisk.UntilAsync("both ring", () => _asterisk.Channels.Count == 3);
        _asterisk.HoldAnswers();

        _asterisk.PickUp(Ada);

        await _asterisk.UntilAsync("answered and joined", () => _asterisk.InBridge(Bridge).Count == 2);
    }

    [Fact]
    public async Task On_hold_the_caller_is_out_of_the_bridge_with_music_and_then_in_it_without()
    {
        await using var desk = new Desk(_asterisk);
        await RingAsync();
        _asterisk.PickUp(Ada);
        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2);

        desk.Switchboard.Post(Call, new CallEvent.HoldAsked(new("ada")));
        await _asterisk.UntilAsync("the caller hears music", () => _asterisk.HearsMusic(Caller));
        Assert.Equal([Ada], _asterisk.InBridge(Bridge));

        desk.Switchboard.Post(Call, new CallEvent.ResumeAsked(new("ada")));
        await _asterisk.UntilAsync("they talk again", () => _asterisk.InBridge(Bridge).Count == 2);
        Assert.False(_asterisk.HearsMusic(Caller));
    }

    [Fact]
    public async Task A_supervisor_meets_the_ear_beside_the_call_and_comes_into_it_also_after_a_restart()
    {
        var (eve, ear, whispers) = (Bridge + ".eve", Bridge + ".ear", Bridge + ".whisper.ada");
        await using (var desk = new Desk(_asterisk))
        {
            await RingAsync();
            _asterisk.PickUp(Ada);
            await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2 && !_asterisk.Channels.Contains(Bob));
            desk.Switchboard.Post(Call, new CallEvent.SuperviseAsked(new("eve"), SupervisionMode.Listen));
            await _asterisk.UntilAsync("eve is rung", () => _asterisk.Channels.Contains(eve));
            _asterisk.PickUp(eve);
            await _asterisk.UntilAsync("eve hears", () => _asterisk.InBridge(ear).Count == 2);
            Assert.Equal([ear + ".ada", eve], _asterisk.InBridge(ear).Order(StringComparer.Ordinal));
            Assert.Equal([Ada, Caller], _asterisk.InBridge(Bridge).Order(StringComparer.Ordinal));
        }

        await using var next = new Desk(_asterisk);
        await _asterisk.UntilAsync("taken up", () => next.Told.OfType<Call.Talking>().Any(talking => talking.Story.Supervision == new Supervision(new("eve"), new("ada"), SupervisionMode.Listen, SupervisionStage.On)));
        next.Switchboard.Post(Call, new CallEvent.SuperviseAsked(new("eve"), SupervisionMode.Whisper));
        await _asterisk.UntilAsync("the ear whispers", () => _asterisk.InBridge(ear).Contains(whispers));
        await _asterisk.UntilAsync("and the other one is gone", () => !_asterisk.Channels.Contains(ear + ".ada"));
        next.Switchboard.Post(Call, new CallEvent.BargeAsked(new("eve")));
        await _asterisk.UntilAsync("all three talk and there is no ear", () =>
            _asterisk.InBridge(Bridge).Count == 3 && !_asterisk.Bridges.Contains(ear) && !_asterisk.Channels.Contains(whispers));
        _asterisk.HangUp(eve);
        await _asterisk.UntilAsync("two go on", () => next.Told.LastOrDefault() is Call.Talking { IsAlone: true, Story.Supervision: null });
        Assert.Equal([Ada, Caller], _asterisk.InBridge(Bridge).Order(StringComparer.Ordinal));

        next.Switchboard.Post(Call, new CallEvent.SuperviseAsked(new("eve"), SupervisionMode.Listen));
        await _asterisk.UntilAsync("eve is rung", () => _asterisk.Channels.Contains(eve));
        _asterisk.PickUp(eve);
        await _asterisk.UntilAsync("eve hears through another ear", () => _asterisk.InBridge(ear).Count == 2);
        _asterisk.HangUp(Ada);
        await _asterisk.UntilAsync("the ear ends with ada's leg and nothing is left", () => _asterisk.Channels.Count == 0 && _asterisk.Bridges.Count == 0);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task A_moment_of_silence_that_Asterisk_could_not_play_is_asked_for_once_more(bool stumbles, int played)
    {
        var (eve, ear) = (Bridge + ".eve", Bridge + ".ear");
        _asterisk.StumblesOverHush = stumbles;
        await using var desk = new Desk(_asterisk);
        await RingAsync();
        _asterisk.PickUp(Ada);
        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2 && !_asterisk.Channels.Contains(Bob));
        desk.Switchboard.Post(Call, new CallEvent.SuperviseAsked(new("eve"), SupervisionMode.Listen));
        await _asterisk.UntilAsync("eve is rung", () => _asterisk.Channels.Contains(eve));
        _asterisk.PickUp(eve);
        await _asterisk.UntilAsync("eve hears", () => _asterisk.InBridge(ear).Count == 2);

        desk.Switchboard.Post(Call, new CallEvent.ConsultAsked(new("ada"), new("bob")));
        await _asterisk.UntilAsync("bob is rung", () => _asterisk.Channels.Contains(Bob));
        _asterisk.PickUp(Bob);
        await _asterisk.UntilAsync("ada was to hear silence", () => _asterisk.Hushed.Count == played);
        _asterisk.HangUp(Caller);
        await _asterisk.UntilAsync("nothing is left", () => _asterisk.Channels.Count == 0 && _asterisk.Bridges.Count == 0);

        Assert.Equal(Enumerable.Repeat(Ada, played), _asterisk.Hushed);
    }

    [Fact]
    public async Task While_the_agents_sound_comes_a_lost_line_changes_nothing_and_without_it_the_caller_hears_music_and_she_is_called_back()
    {
        await using var desk = new Desk(_asterisk);
        await RingAsync();
        _asterisk.PickUp(Ada);
        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2 && !_asterisk.Channels.Contains(Bob));

        desk.Switchboard.Post(Call, new CallEvent.AgentLineLost(new("ada")));
        await HearAsync(desk);
        Assert.Equal(2, _asterisk.InBridge(Bridge).Count);

        _asterisk.SoundComes = false;
        await _asterisk.UntilAsync("the caller hears music", () =>
        {
            desk.Clock.Advance(TimeSpan.FromMilliseconds(500));
            return _asterisk.HearsMusic(Caller);
        });
        desk.Switchboard.Post(Call, new CallEvent.AgentPhoneReplaced(new("ada")));
        await _asterisk.UntilAsync("ada is rung", () => _asterisk.Channels.Contains(Ada) && _asterisk.VariableOf(Ada, "PJSIP_HEADER(add,X-Ringway-Answer)") == "auto");
        _asterisk.PickUp(Ada);
        await _asterisk.UntilAsync("they talk again", () => _asterisk.InBridge(Bridge).Count == 2);
        Assert.False(_asterisk.HearsMusic(Caller));
    }

    /// <summary>Until she was listened to for half a second.</summary>
    private async Task HearAsync(Desk desk)
    {
        await _asterisk.UntilAsync("she is listened to", () => _asterisk.Asked(Ada) >= 1);
        var before = _asterisk.Asked(Ada);
        await _asterisk.UntilAsync("she is listened to again", () =>
        {
            desk.Clock.Advance(TimeSpan.FromMilliseconds(500));
            return _asterisk.Asked(Ada) >= before + 3;
        });
    }

    [Fact]
    public async Task A_parked_call_is_parked_after_a_death_of_ringway_too_and_whoever_fetches_it_has_it()
    {
        await using (var first = new Desk(_asterisk))
        {
            await RingAsync();
            _asterisk.PickUp(Ada);
            await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2);
            first.Switchboard.Post(Call, new CallEvent.ParkAsked(new("ada")));
            await _asterisk.UntilAsync("the caller hears music alone", () => _asterisk.HearsMusic(Caller) && _asterisk.Channels.Count == 1
                && _asterisk.VariableOf(Caller, "RINGWAY_TALK")!.StartsWith("!park:ada|", StringComparison.Ordinal));
        }

        await using var next = new Desk(_asterisk);
        await _asterisk.UntilAsync("taken up", () => next.Told.OfType<Call.Parked>().Any(parked => parked.By == new AgentId("ada")));
        next.Switchboard.Post(Call, new CallEvent.FetchAsked(new("bob")));
        await _asterisk.UntilAsync("bob is rung", () => _asterisk.Channels.Contains(Bob));
        _asterisk.PickUp(Bob);
        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2);
        Assert.False(_asterisk.HearsMusic(Caller));
        await _asterisk.UntilAsync("the longest time of a call counts", () => _asterisk.VariableOf(Caller, "TIMEOUT(absolute)") == "14400");
    }

    [Fact]
    public async Task Who_waits_hears_music_until_somebody_who_was_found_answers()
    {
        await using var desk = new Desk(_asterisk) { Free = [], MayWait = true };
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await _asterisk.UntilAsync("the caller hears music and somebody is sought", () => _asterisk.HearsMusic(Caller) && desk.Sought.Count == 1);
        // Wait, ring, and then the safety net.
        await _asterisk.UntilAsync("the wait is written down", () => _asterisk.VariableOf(Caller, "TIMEOUT(absolute)") == "128");
        Assert.StartsWith("|", _asterisk.VariableOf(Caller, "RINGWAY_TALK"), StringComparison.Ordinal);

        desk.Switchboard.Post(Call, new CallEvent.AgentsChosen([new("ada")], MayWait: true));
        await _asterisk.UntilAsync("ada rings", () => _asterisk.Channels.Contains(Ada));
        _asterisk.PickUp(Ada);
        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2);

        Assert.False(_asterisk.HearsMusic(Caller));
        await _asterisk.UntilAsync("the longest time of a call counts", () => _asterisk.VariableOf(Caller, "TIMEOUT(absolute)") == "14400");
    }

    [Fact]
    public async Task Who_waits_is_told_how_it_stands_and_hears_music_before_and_after()
    {
        await using var desk = new Desk(_asterisk) { Free = [], MayWait = true, Music = TimeSpan.FromSeconds(20) };
        _asterisk.Arrive(Caller, "+15550100001", "main");
        for (var time = 1; time <= 2; time++)
        {
            await _asterisk.UntilAsync("the caller hears music", () => _asterisk.HearsMusic(Caller) && !_asterisk.HearsOrSpeaks(Caller) && desk.Sought.Count == 1);
            await WaitOutAsync(desk);
            for (var sentence = 1; sentence <= 3; sentence++)
            {
                await _asterisk.UntilAsync("the caller is told how it stands", () => _asterisk.Plays(Caller) == 4 - sentence && !_asterisk.HearsMusic(Caller));
                _asterisk.FinishSound(Caller);
            }
        }

        await _asterisk.UntilAsync("the caller hears music", () => _asterisk.HearsMusic(Caller));
        Assert.Equal(6, _asterisk.Commands.Count(command => command.EndsWith("/play", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_agent_who_answers_in_the_middle_of_an_announcement_is_joined_at_once()
    {
        await using var desk = new Desk(_asterisk) { Free = [], MayWait = true, Music = TimeSpan.FromSeconds(20) };
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await _asterisk.UntilAsync("the caller hears music", () => _asterisk.HearsMusic(Caller) && desk.Sought.Count == 1);
        await WaitOutAsync(desk);
        await _asterisk.UntilAsync("the caller is told how it stands", () => _asterisk.HearsOrSpeaks(Caller));

        desk.Switchboard.Post(Call, new CallEvent.AgentsChosen([new("ada")], MayWait: true));
        await _asterisk.UntilAsync("ada rings", () => _asterisk.Channels.Contains(Ada));
        Assert.True(_asterisk.HearsOrSpeaks(Caller));
        _asterisk.PickUp(Ada);
        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2);

        Assert.False(_asterisk.HearsOrSpeaks(Caller));
        await _asterisk.UntilAsync("it is written down", () => _asterisk.VariableOf(Caller, "TIMEOUT(absolute)") == "14400");
        Assert.DoesNotContain(desk.Switchboard.TraceOf(Call)!.Steps, step => step.Kind == TraceKind.Refused);
    }

    [Fact]
    public async Task A_ringway_that_died_in_the_middle_of_an_announcement_goes_on_with_music()
    {
        var first = new Desk(_asterisk) { Free = [], MayWait = true, Music = TimeSpan.FromSeconds(20) };
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await _asterisk.UntilAsync("the caller hears music", () => _asterisk.HearsMusic(Caller) && first.Sought.Count == 1);
        await WaitOutAsync(first);
        await _asterisk.UntilAsync("the caller is told how it stands", () => _asterisk.HearsOrSpeaks(Caller));
        await first.DisposeAsync();

        await using var second = new Desk(_asterisk) { Free = [] };
        await _asterisk.UntilAsync("the caller hears music and somebody is sought", () => _asterisk.HearsMusic(Caller) && !_asterisk.HearsOrSpeaks(Caller) && second.Sought.Count == 1);
    }

    [Fact]
    public async Task Who_waits_and_presses_the_key_is_told_that_she_will_be_called_back_and_the_call_ends()
    {
        await using var desk = new Desk(_asterisk) { Free = [], MayWait = true, Music = TimeSpan.FromSeconds(20), CallBackKey = '1' };
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await _asterisk.UntilAsync("the caller hears music", () => _asterisk.HearsMusic(Caller) && desk.Sought.Count == 1);
        await WaitOutAsync(desk);
        await _asterisk.UntilAsync("the caller is told how it stands", () => _asterisk.HearsOrSpeaks(Caller));
        desk.Switchboard.Post(Call, new CallEvent.AgentsChosen([new("ada")], MayWait: true));
        await _asterisk.UntilAsync("ada rings", () => _asterisk.Channels.Contains(Ada));

        _asterisk.Press(Caller, '7');
        _asterisk.Press(Caller, '1');
        await _asterisk.UntilAsync("ada rings no more and the promise is written down and said", () => !_asterisk.Channels.Contains(Ada)
            && _asterisk.VariableOf(Caller, "RINGWAY_TALK")!.StartsWith("!callback|", StringComparison.Ordinal) && _asterisk.HearsOrSpeaks(Caller));
        Assert.Equal(Call, Assert.Single(desk.CallBacks).Id);
        _asterisk.FinishSound(Caller);

        Assert.Equal(new Outcome(What.CallBack, Whose.Customer), (await desk.OverAsync()).Outcome);
        await _asterisk.UntilAsync("Asterisk is empty", () => _asterisk.Channels.Count == 0 && _asterisk.Bridges.Count == 0);
    }

    /// <summary>The clock may be moved only when the wait runs; the state is told right after it was begun.</summary>
    private async Task WaitOutAsync(Desk desk)
    {
        await _asterisk.UntilAsync("the wait is told", () => desk.Told.LastOrDefault() is Call.Queued { Announcing: false });
        desk.Clock.Advance(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task In_a_menu_a_key_stops_what_is_said_and_rings_whom_it_leads_to()
    {
        await using var desk = new Desk(_asterisk) { AsksFirst = true };
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await _asterisk.UntilAsync("the menu speaks", () => _asterisk.HearsOrSpeaks(Caller));

        _asterisk.Press(Caller, '7');
        await _asterisk.UntilAsync("the menu speaks again", () => _asterisk.Commands.Count(command => command.EndsWith("/play", StringComparison.Ordinal)) == 2);
        _asterisk.Press(Caller, '1');
        await _asterisk.UntilAsync("ada rings", () => _asterisk.Channels.Contains(Ada) && _asterisk.HearsMusic(Caller));
        Assert.False(_asterisk.HearsOrSpeaks(Caller));
        await _asterisk.UntilAsync("the team that the key leads to is written down", () =>
            CallMemory.WithTalk(desk.Switchboard.Find(Call)!.Story with { Team = null }, _asterisk.VariableOf(Caller, CallMemory.TalkVariable)).Team == "sales");

        _asterisk.PickUp(Ada);
        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2);
        Assert.Equal("sales", desk.Switchboard.Find(Call)!.Story.Team);
    }

    [Fact]
    public async Task Whom_nobody_takes_is_greeted_and_speaks_and_nothing_is_set_meanwhile_that_would_hold_up_other_calls()
    {
        await using var desk = new Desk(_asterisk) { Free = [], MayLeaveMessage = true };
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await _asterisk.UntilAsync("the caller is greeted", () => _asterisk.HearsOrSpeaks(Caller));

        _asterisk.FinishSound(Caller);
        await _asterisk.UntilAsync("the caller speaks", () => _asterisk.HearsOrSpeaks(Caller) && _asterisk.VariableOf(Caller, "RINGWAY_TALK")!.StartsWith("!message", StringComparison.Ordinal));
        desk.Clock.Advance(TimeSpan.FromSeconds(5));
        _asterisk.FinishSound(Caller);

        Assert.Equal(new Outcome(What.Voicemail, Whose.Customer), (await desk.OverAsync()).Outcome);
        await _asterisk.UntilAsync("the caller is hung up", () => !_asterisk.Channels.Contains(Caller));
        Assert.DoesNotContain(desk.Switchboard.TraceOf(Call)?.Steps ?? [], step => step.Kind == TraceKind.Refused);
    }

    [Fact]
    public async Task When_the_caller_hangs_up_nothing_is_left_and_the_caller_is_named()
    {
        await using var desk = new Desk(_asterisk);
        await RingAsync();
        _asterisk.PickUp(Ada);
        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(Bridge).Count == 2);

        _asterisk.HangUp(Caller);

        Assert.Equal(new Outcome(What.Completed, Whose.Customer), (await desk.OverAsync()).Outcome);
        await _asterisk.UntilAsync("Asterisk is empty", () => _asterisk.Channels.Count == 0 && _asterisk.Bridges.Count == 0);
    }

    [Fact]
    public async Task A_caller_who_gave_up_before_she_heard_of_the_answer_talked_with_nobody_though_Asterisk_has_answered()
    {
        await using var desk = new Desk(_asterisk);
        await RingAsync();
        _asterisk.PickUp(Ada);
        await _asterisk.UntilAsync("Asterisk has answered", () => _asterisk.InBridge(Bridge).Count == 2);

        _asterisk.HangUp(Caller, cause: 127, techCause: 487); // chan_pjsip_session_end() of 22.10.1, of a CANCEL that met the answer

        var over = await desk.OverAsync();
        Assert.Equal((new Outcome(What.Abandoned, Whose.Customer), null), (over.Outcome, over.Story.AnsweredAt));
    }

    [Fact]
    public async Task A_call_that_nobody_takes_ends_as_no_answer_after_the_ring_time()
    {
        await using var desk = new Desk(_asterisk);
        await RingAsync();
        await _asterisk.UntilAsync("the bridge is there", () => _asterisk.Bridges.Count == 1);

        await desk.Asterisk.UntilAsync("the offer is told", () => desk.Told.OfType<Call.Offered>().Any());
        desk.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(new Outcome(What.NoAnswer, Whose.Agent), (await desk.OverAsync()).Outcome);
        await _asterisk.UntilAsync("Asterisk is empty", () => _asterisk.Channels.Count == 0 && _asterisk.Bridges.Count == 0);
    }

    [Fact]
    public async Task An_agent_whose_phone_cannot_be_called_does_not_keep_the_other_from_ringing()
    {
        _asterisk.Refuses["POST channels/" + Ada] = 500;
        await using var desk = new Desk(_asterisk);
        _asterisk.Arrive(Caller, "+15550100001", "main");

        await _asterisk.UntilAsync("bob rings", () => _asterisk.Channels.Contains(Bob));
        _asterisk.PickUp(Bob);

        await _asterisk.UntilAsync("bob and the caller talk", () => _asterisk.InBridge(Bridge).Count == 2);
    }

    [Fact]
    public async Task A_leg_that_answers_for_a_call_that_is_over_is_hung_up()
    {
        await using var desk = new Desk(_asterisk);
        _asterisk.Refuses["DELETE channels/" + Ada] = 503;
        await RingAsync();
        _asterisk.HangUp(Caller);
        await desk.OverAsync();
        _asterisk.Refuses.Clear();

        _asterisk.PickUp(Ada);

        await _asterisk.UntilAsync("ada's leg is gone", () => !_asterisk.Channels.Contains(Ada));
    }

    [Fact]
    public async Task A_leg_left_over_from_a_call_that_was_told_is_swept_at_the_next_look_and_not_told_again()
    {
        await using var desk = new Desk(_asterisk);
        _asterisk.Refuses["DELETE channels/" + Ada] = 503;
        await RingAsync();
        _asterisk.HangUp(Caller);
        await desk.OverAsync();
        _asterisk.Refuses.Clear();

        await desk.ReconnectAsync();

        await _asterisk.UntilAsync("ada's leg is gone", () => !_asterisk.Channels.Contains(Ada));
        Assert.Single(desk.Told.OfType<Call.Over>());
    }

    [Fact]
    public async Task An_outbound_call_connects_the_agent_first_and_then_dials_WhatsApp()
    {
        await using var desk = new Desk(_asterisk);
        await _asterisk.UntilAsync("connected", () => desk.Switchboard.IsConnected);

        var id = desk.Switchboard.NextId();
        desk.Switchboard.Place(id, new AgentId("ada"), new Party("+15550100002"), "main");
        await _asterisk.UntilAsync("ada's browser is called", () => _asterisk.Channels.Contains($"{id}.ada"));
        Assert.Equal("auto", _asterisk.VariableOf($"{id}.ada", "PJSIP_HEADER(add,X-Ringway-Answer)"));
        _asterisk.PickUp($"{id}.ada");
        await _asterisk.UntilAsync("WhatsApp is called", () => _asterisk.Channels.Contains($"{id}.customer"));
        _asterisk.PickUp($"{id}.customer");

        await _asterisk.UntilAsync("they talk", () => _asterisk.InBridge(id.Value).Count == 2);
    }

    [Theory]
    [InlineData(486, 17, What.Declined)]
    [InlineData(403, 21, What.NoPermission)]
    [InlineData(480, 19, What.Unreachable)]
    public async Task What_WhatsApp_answers_becomes_the_ending(int sip, int cause, What what)
    {
        await using var desk = new Desk(_asterisk);
        await _asterisk.UntilAsync("connected", () => desk.Switchboard.IsConnected);
        var id = desk.Switchboard.NextId();
        desk.Switchboard.Place(id, new AgentId("ada"), new Party("+15550100002"), "main");
        await _asterisk.UntilAsync("ada's browser is called", () => _asterisk.Channels.Contains($"{id}.ada"));
        _asterisk.PickUp($"{id}.ada");
        await _asterisk.UntilAsync("WhatsApp is called", () => _asterisk.Channels.Contains($"{id}.customer"));

        _asterisk.HangUp($"{id}.customer", cause, sip);

        Assert.Equal(what, (await desk.OverAsync()).Outcome.What);
        await _asterisk.UntilAsync("Asterisk is empty", () => _asterisk.Channels.Count == 0 && _asterisk.Bridges.Count == 0);
    }

    [Fact]
    public async Task A_live_call_can_be_asked_what_it_went_through_with_the_names_that_others_have_for_it()
    {
        _asterisk.Refuses["POST channels/" + Ada] = 500;
        await using var desk = new Desk(_asterisk);
        await _asterisk.UntilAsync("connected", () => desk.Switchboard.IsConnected);
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await _asterisk.UntilAsync("bob rings", () => _asterisk.Channels.Contains(Bob));
        _asterisk.PickUp(Bob);
        await _asterisk.UntilAsync("bob and the caller talk", () => _asterisk.InBridge(Bridge).Count == 2);

        var call = new CallId("n1-1772452800-12");
        await _asterisk.UntilAsync("ada's refusal is noted", () => desk.Switchboard.TraceOf(call)!.Steps.Any(step => step.Kind == TraceKind.Refused));
        var trace = desk.Switchboard.TraceOf(call)!;

        Assert.Contains(trace.Steps[0].What, new[] { "arrived", "takenUp" }); // The second when the switchboard was still looking around.
        Assert.Equal(["chosen", "ring", "ring", "claim"], trace.Steps.Skip(1).Take(4).Select(step => step.What));
        Assert.Contains(trace.Steps, step => step is { What: "ring", Leg: "ada", Kind: TraceKind.Refused, Note.Length: > 10 });
        Assert.Contains(trace.Steps, step => step is { What: "pickedUp", Leg: "bob" });
        Assert.Equal([("customer", Caller), ("bob", Bob)], trace.Legs.Select(leg => (leg.Leg, leg.Channel)));
    }

    private async Task RingAsync()
    {
        _asterisk.Arrive(Caller, "+15550100001", "main");
        await _asterisk.UntilAsync("both ring", () => _asterisk.Channels.Contains(Ada) && _asterisk.Channels.Contains(Bob));
    }
}
