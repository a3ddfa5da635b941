using CsCheck;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;

namespace Ringway.Calls.Tests;

/// <summary>What holds whatever happens in whatever order, however often.</summary>
public class Properties
{
    private static readonly Gen<CallEvent[]> AnyEvents =
        Gen.Int[0, Cast.Events.Length - 1].Select(i => Cast.Events[i].Event).Array[0, 25];

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
                    Assert.Contains(Leg.Customer, world.Joined);
                    Assert.Contains(Leg.Of(t.With), world.Joined);
                    Assert.DoesNotContain(world.Legs, leg => leg != Leg.Customer && leg != Leg.Of(t.With));
                }
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

        public void On(CallEvent happened)
        {
            switch (happened)
            {
                case AgentGone gone: Legs.Remove(Leg.Of(gone.Who)); break;
                case CustomerGone: Legs.Remove(Leg.Customer); break;
                case TimeUp time: Waits.Remove(time.Which); break;
                case CommandFailed { What: Command.Ring ring }: Legs.Remove(Leg.Of(ring.Agent)); break;
            }

            var step = CallMachine.On(Call, happened, Cast.Noon);
            Call = step.Next;
            Do(step.Do);
        }

        private void Do(IEnumerable<Command> commands)
        {
            foreach (var command in commands)
            {
                switch (command)
                {
                    case Command.Ring ring: Legs.Add(Leg.Of(ring.Agent)); break;
                    case Command.Dial: Legs.Add(Leg.Customer); break;
                    case Command.Join join: Joined.UnionWith(join.Legs); break;
                    case Command.HangUpLeg end: Legs.Remove(end.Leg); break;
                    case Command.OpenBridge: Bridge = true; break;
                    case Command.CloseBridge: Bridge = false; break;
                    case Command.Start start: Waits.Add(start.Which); break;
                    case Command.Stop stop: Waits.Remove(stop.Which); break;
                }
            }
        }
    }
}
