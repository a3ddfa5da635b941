using CsCheck;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;

namespace Ringway.Calls.Tests;

/// <summary>What holds whatever happens in whatever order, however often.</summary>
public class Properties
{
    private static readonly Gen<CallEvent[]> AnyEvents =
        Gen.Int[0, Cast.Events.Length - 1].Select(i => Cast.Events[i].Event).Array[0, 40];

    private static readonly Gen<Call> AnyBeginning = Gen.OneOf(
        CallMachine.Arrive(Cast.Inbound).Next, CallMachine.Place(Cast.Outbound, Cast.Ada).Next);

    [Fact]
    public void A_call_that_is_over_stays_over_and_commands_nothing() =>
        Gen.Select(AnyBeginning, AnyEvents).Sample((beginning, events) =>
        {
            var call = beginning;
            foreach (var happened in events)
            {
                var step = CallMachine.On(call, happened, Cast.Noon);
                if (call is Over)
                {
                    Assert.Same(call, step.Next);
                    Assert.Empty(step.Do);
                }

                call = step.Next;
            }
        });

    [Fact]
    public void No_leg_and_no_wait_outlives_its_call() =>
        Gen.Select(AnyBeginning, AnyEvents).Sample((beginning, events) =>
        {
            var world = new World(beginning);
            foreach (var happened in events)
            {
                world.On(happened);
            }

            world.On(new AsteriskLost());
            Assert.IsType<Over>(world.Call);
            Assert.Empty(world.Legs);
            Assert.Empty(world.Waits);
            Assert.False(world.Bridge);
            Assert.Null(world.Ear);
        });

    [Fact]
    public void Whoever_talks_was_joined_and_nobody_else_rings() =>
        Gen.Select(AnyBeginning, AnyEvents).Sample((beginning, events) =>
        {
            var world = new World(beginning);
            foreach (var happened in events)
            {
                world.On(happened);
                if (world.Call is Talking t)
                {
                    Assert.Equal(!t.OnHold, world.Joined.Contains(Leg.Customer));
                    Assert.Equal(t.OnHold, world.HearMusic.Contains(Leg.Customer));
                    Assert.Contains(Leg.Of(t.With), world.Joined);
                    Assert.All(t.Colleagues, one => Assert.Equal(one.State == ColleagueState.Waiting, world.HearMusic.Contains(Leg.Of(one.Who))));
                    Assert.All(t.Colleagues, one => Assert.Equal(one.State == ColleagueState.Talking, world.Joined.Contains(Leg.Of(one.Who))));
                    Assert.Equal(t.Ringing is not null, world.Waits.Contains(Deadline.Consult));
                    Assert.True(t.Colleagues.Count(one => one.State == ColleagueState.Ringing) <= 1);
                    Assert.True(!t.SomebodyWaits || t.Colleagues.Length == 1);
                    Assert.DoesNotContain(world.Legs, leg => leg.Agent is { } agent && !t.IsIn(agent) && agent != t.Story.Supervision?.By);
                    Assert.DoesNotContain(world.Joined, leg => leg.Agent is { } agent && agent == t.Story.Supervision?.By);
                }
            }
        });

    [Fact]
    public void Who_waits_hears_music_or_an_announcement_and_is_sought_for_or_a_leg_is_still_ending() =>
        Gen.Select(AnyBeginning, AnyEvents).Sample((beginning, events) =>
        {
            var world = new World(beginning);
            foreach (var happened in events)
            {
                world.On(happened);
                if (world.Call is AgentAway or Parked)
                {
                    Assert.Contains(Leg.Customer, world.HearMusic);
                    Assert.DoesNotContain(Leg.Customer, world.Joined);
                    Assert.Contains(world.Call is Parked ? Deadline.Park : Deadline.Rejoin, world.Waits);
                }

                if (world.Call is Queued q)
                {
                    Assert.NotEqual(q.Announcing, world.HearMusic.Contains(Leg.Customer));
                    Assert.DoesNotContain(Leg.Customer, world.Joined);
                    Assert.True(world.Sought || !q.Leaving.IsEmpty);
                    Assert.Contains(Deadline.Wait, world.Waits);
                }
            }
        });

    [Fact]
    public void While_an_announcement_is_spoken_nothing_is_asked_of_the_callers_leg_and_it_is_heard_only_by_who_waits() =>
        Gen.Select(AnyBeginning, AnyEvents).Sample((beginning, events) =>
        {
            var world = new World(beginning);
            foreach (var happened in events)
            {
                world.On(happened);
                Assert.Empty(world.HeldUp);
                Assert.Equal(world.Call is not Over && world.Call.Announcing, world.Call is not Over && world.Announced);
                Assert.False(world.Call.Announcing && world.Call is not (Queued or Offered));
            }
        });

    [Fact]
    public void Nobody_is_rung_whose_former_leg_has_not_ended() =>
        Gen.Select(AnyBeginning, AnyEvents).Sample((beginning, events) =>
        {
            var call = beginning;
            foreach (var happened in events)
            {
                // The roster gives nobody to a call who is engaged, and whose leg is ending is.
                if (happened is AgentsChosen chosen && chosen.Agents.Any(agent => call.Engages.Any(held => held.Agent == agent))
                    || happened is TransferAsked { To: var to } && call.Engages.Any(held => held.Agent == to)
                    || happened is SuperviseAsked { By: var listens } && call.Story.Supervision?.By != listens && call.Engages.Any(held => held.Agent == listens)
                    || happened is FetchAsked { By: var fetches } && call.Engages.Any(held => held.Agent == fetches)
                    || happened is ConsultAsked { To: var asked } && call.Engages.Any(held => held.Agent == asked)) continue;
                var step = CallMachine.On(call, happened, Cast.Noon);
                Assert.DoesNotContain(step.Do.OfType<Command.Ring>(), ring => step.Next.Leaving.Contains(ring.Agent));
                Assert.DoesNotContain(step.Next.Engages.GroupBy(held => held.Agent), held => held.Count() > 1);
                call = step.Next;
            }
        });

    [Fact]
    public void The_ear_is_at_an_agent_who_is_in_the_call_and_one_of_whoever_only_listens_cannot_speak() =>
        Gen.Select(AnyBeginning, AnyEvents).Sample((beginning, events) =>
        {
            var world = new World(beginning);
            foreach (var happened in events)
            {
                world.On(happened);
                var beside = world.Call.Story.Supervision;
                Assert.Equal(beside is { Stage: not SupervisionStage.Connecting } ? (beside.Of, beside.Mode) : ((AgentId, SupervisionMode)?)null, world.Ear);
                if (beside is null) continue;
                var talking = Assert.IsType<Talking>(world.Call);
                Assert.True(talking.IsIn(beside.Of));
            }
        });

    /// <summary>What the commands of a call leave behind, as Asterisk would hold it.</summary>
    private sealed class World
    {
        public World(Call beginning)
        {
            Call = beginning;
            if (beginning is Arriving)
            {
                Legs.Add(Leg.Customer);
            }
            else
            {
                Do(CallMachine.Place(beginning.Story, Cast.Ada).Do);
            }
        }

        public Call Call { get; private set; }
        public HashSet<Leg> Legs { get; } = [];
        public HashSet<Leg> Joined { get; } = [];
        public HashSet<Deadline> Waits { get; } = [];
        public bool Bridge { get; private set; }
        public HashSet<Leg> HearMusic { get; } = [];
        public bool Sought { get; private set; }
        public (AgentId At, SupervisionMode Mode)? Ear { get; private set; }
        public bool Announced { get; private set; }

        /// <summary>What Asterisk would do only after the last word of an announcement, and nothing else on that socket meanwhile.</summary>
        public List<Command> HeldUp { get; } = [];

        public void On(CallEvent happened)
        {
            if (Reserved(happened, Call.Story.Supervision).Any(agent => Call.Engages.Any(held => held.Agent == agent)))
                return; // The roster gives nobody who is engaged.
            switch (happened)
            {
                case AgentsChosen { Agents.IsEmpty: false }: Sought = false; break;
                case AgentGone gone: Legs.Remove(Leg.Of(gone.Who)); Joined.Remove(Leg.Of(gone.Who)); HearMusic.Remove(Leg.Of(gone.Who)); break;
                case CustomerGone: Legs.Remove(Leg.Customer); break;
                case AnnouncementOver or CommandFailed { What: Command.Announce }: Announced = false; break;
                case TimeUp time: Waits.Remove(time.Which); break;
                case CommandFailed { What: Command.Ring ring }: Legs.Remove(Leg.Of(ring.Agent)); break;
            }

            var step = CallMachine.On(Call, happened, Cast.Noon);
            Call = step.Next;
            Do(step.Do);
        }

        private static System.Collections.Immutable.ImmutableArray<AgentId> Reserved(CallEvent happened, Supervision? beside) => happened switch
        {
            AgentsChosen chosen => chosen.Agents,
            TransferAsked transfer => [transfer.To],
            ConsultAsked consult => [consult.To],
            FetchAsked fetch => [fetch.By],
            SuperviseAsked asked when asked.By != beside?.By => [asked.By],
            _ => [],
        };

        private void Do(IEnumerable<Command> commands)
        {
            foreach (var command in commands)
            {
                if (Announced && (command is Command.Promise or Command.RememberWait or Command.Remember or Command.RememberPark or Command.Answer or Command.Greet or Command.PlayMusic
                    || command is Command.Join join_ && join_.Legs.Contains(Leg.Customer))) HeldUp.Add(command);
                switch (command)
                {
                    case Command.Announce: Announced = true; break;
                    case Command.StopAnnouncement: Announced = false; break;
                    case Command.Ring ring: Legs.Add(Leg.Of(ring.Agent)); break;
                    case Command.Dial: Legs.Add(Leg.Customer); break;
                    case Command.Join join: Joined.UnionWith(join.Legs); break;
                    case Command.HangUpLeg end: Legs.Remove(end.Leg); Joined.Remove(end.Leg); HearMusic.Remove(end.Leg); break;
                    case Command.PlayMusic music: Joined.Remove(music.Leg); HearMusic.Add(music.Leg); break;
                    case Command.StopMusic music: HearMusic.Remove(music.Leg); break;
                    case Command.Seek or Command.PassOn: Sought = true; break;
                    case Command.OpenEar ear: Ear = (ear.Of, ear.Mode); break;
                    case Command.ChangeEar ear: Ear = (ear.Of, ear.Mode); break;
                    case Command.CloseEar ear when Ear == (ear.Of, ear.Mode): Ear = null; break;
                    case Command.OpenBridge: Bridge = true; break;
                    case Command.CloseBridge: Bridge = false; break;
                    case Command.Start start: Waits.Add(start.Which); break;
                    case Command.Stop stop: Waits.Remove(stop.Which); break;
                }
            }
        }
    }
}
