using System.Globalization;
using Ringway.Calls;
using Ringway.Options;

namespace Ringway.Switchboard;

/// <summary>Where a call with certain facts goes and why, in sentences, by the very rules that lead real calls. Nobody's presence is asked.</summary>
/// <param name="Rule">The rule that takes the call; null when the line is closed.</param>
/// <param name="Place">Its place in the line's list, from 0; null when it is none of that list.</param>
/// <param name="To"><c>team</c>, <c>agent</c>, <c>menu</c>, <c>voicemail</c>, <c>announcement</c>, or <c>closed</c>.</param>
/// <param name="First">The agent who is asked before the team.</param>
/// <param name="Teams">Those that are asked one after the other.</param>
/// <param name="Sentences">Step by step.</param>
public sealed record RouteStory(
    string Line, DateTimeOffset At, string? Rule, int? Place, string To, string? First, IReadOnlyList<string> Teams, IReadOnlyList<string> Sentences)
{
    public static RouteStory Of(RingwayOptions options, LineOptions line, CallerFacts facts)
    {
        var decision = Routes.Decide(LineRoutes.Of(line), facts);
        var told = new Teller(options, line, facts);
        told.PassedOver(decision);
        told.Takes(decision);
        return new(
            line.Id, facts.At, decision.Route?.Name, decision.PassedOver.Length is var place && place < line.Routes.Length ? place : null, decision.Route?.To.GetType().Name.ToLowerInvariant() ?? "closed",
            decision.First?.Value, told.Teams, told.Sentences);
    }

    private sealed class Teller(RingwayOptions options, LineOptions line, CallerFacts facts)
    {
        public List<string> Sentences { get; } = [];

        public List<string> Teams { get; } = [];

        public void PassedOver(Decision decision)
        {
            foreach (var (route, why) in decision.PassedOver)
                Sentences.Add($"{Named(route)} is passed over: {why switch
                {
                    Mismatch.Hours => "it is not in force at that time",
                    Mismatch.Caller => $"the caller is none of {string.Join(", ", route.Callers)}",
                    Mismatch.Permission => facts.MayBeCalled ? "you may call the caller" : "you may not call the caller",
                    Mismatch.Payload => facts.Payload is null ? "the call has no payload" : $"the payload is none of {string.Join(", ", route.Payloads)}",
                    _ => $"the caller has not talked with an agent within {Hours(route.Returning)}",
                }}.");
        }

        public void Takes(Decision decision)
        {
            if (decision.Route is not { } route)
            {
                Sentences.Add("So the line is closed.");
                GivenUp("closed");
                return;
            }

            Sentences.Add(route.Name == LineRoutes.Otherwise ? "The call goes as the line itself says." : $"{Named(route)} takes the call{Because(route)}.");
            Wishes(route.Wish);
            switch (route.To)
            {
                case Destination.Menu menu: Menu(menu.Id); break;
                case Destination.Voicemail: Sentences.Add("The caller hears the greeting and may speak a message."); break;
                case Destination.Announcement told: Sentences.Add($"The caller is told {(SoundName.In(told.Id) is { } sound ? $"the sound '{sound}'" : "the rule's announcement")}, and the call ends."); break;
                case Destination.Agent agent:
                    First(agent.Id);
                    Chain(options.TeamOf(line.Id));
                    break;
                case Destination.Team team:
                    if (decision.First is { } first) First(first);
                    Chain(options.TeamOf(line.Id, team.Id));
                    break;
            }
        }

        private void First(AgentId agent) => Sentences.Add(options.Bot(agent) is { } bot
            ? $"The bot {bot.Id} takes the call; when it cannot be reached, the call goes on."
            : $"{agent} is asked first; when {agent} is not free or does not answer, the call goes on.");

        private void Chain(TeamOptions first)
        {
            for (var team = first; ; team = options.TeamOf(line.Id, team.Overflow))
            {
                var isTeam = options.Teams.Any(known => known.Id == team.Id);
                if (isTeam) Teams.Add(team.Id);
                Sentences.Add($"{(isTeam ? $"Team {team.Id}" : "The line's agents")} ({(team.Agents.IsEmpty ? "everybody" : string.Join(", ", team.Agents))}): "
                    + $"{How(team.Strategy)} for {Seconds(team.Ring ?? options.Calls.Ring)}"
                    + (team.Wait > TimeSpan.Zero ? $"; the caller waits with music up to {Seconds(team.Wait)} when there is room (at most {team.QueueSize} wait)." : "; nobody waits."));
                if (team.Wait > TimeSpan.Zero && team.Announcements.Every > TimeSpan.Zero)
                    Sentences.Add($"After every {Seconds(team.Announcements.Every)} of music the caller is told how it stands{(team.CallBackKey is { } key ? $", and may press {key} to be called back" : "")}.");
                if (team.Overflow is null) break;
                Sentences.Add($"Whom {team.Id} does not take goes to {team.Overflow}.");
            }

            GivenUp("busy");
        }

        private void Menu(string id)
        {
            var menu = options.Menus.First(known => known.Id == id);
            Sentences.Add($"The caller is asked by menu {id}: " + string.Join("; ", menu.Keys.Select(key =>
                $"{key.Digit} leads to {(key.Team is { } team ? $"team {team}" : (key.Agent ?? key.Bot) is { } one ? one : key.Menu is { } next ? $"menu {next}" : "the voicemail")}"))
                + $". After {menu.Tries} tries without a key of these:");
            Chain(options.TeamOf(line.Id));
        }

        private void GivenUp(string why) => Sentences.Add(line.Voicemail.Enabled == VoicemailMode.On
            ? $"Whom nobody takes hears the {(why == "closed" ? "closed greeting" : "greeting")} and may speak a message."
            : why == "closed" ? "The line has no voicemail, so the call is refused." : "The line has no voicemail, so whom nobody takes is let go.");

        private void Wishes(Wish wish)
        {
            if (wish.HeadStart > TimeSpan.Zero) Sentences.Add($"In a queue the caller counts as having waited for {Seconds(wish.HeadStart)} already.");
            if (wish.Skill is { } skill)
                Sentences.Add($"Only agents with the skill {skill} are asked, the best first{(wish.SkillFor is { } alone ? $"; the others too after {Seconds(alone)}, or when no such agent is signed in" : "")}: "
                    + $"{string.Join(", ", options.Agents.Where(agent => options.LevelOf(new(agent.Id), skill) > 0).OrderByDescending(agent => options.LevelOf(new(agent.Id), skill)).Select(agent => $"{agent.Id} ({options.LevelOf(new(agent.Id), skill)})"))}.");
        }

        private static string Because(Route route)
        {
            string?[] why =
            [
                route.Callers.IsEmpty ? null : "of who calls",
                route.Payloads.IsEmpty ? null : "of the payload",
                route.MayBeCalled is not { } allowed ? null : $"you may {(allowed ? "" : "not ")}call the caller",
                route.Returning is null ? null : $"the caller has talked with an agent within {Hours(route.Returning)}",
            ];
            return why.OfType<string>().ToList() is { Count: > 0 } all ? $" because {string.Join(" and because ", all)}" : "";
        }

        private static string Named(Route route) =>
            route.Name == LineRoutes.Otherwise ? "The line itself" : route.Name.StartsWith("rule ", StringComparison.Ordinal) ? $"R{route.Name[1..]}" : $"Rule '{route.Name}'";

        private static string How(Strategy strategy) => strategy switch
        {
            Strategy.RingAll => "all who are free ring",
            Strategy.LongestIdle => "who has been idle for longest rings",
            Strategy.RoundRobin => "they ring in turn",
            Strategy.FewestCalls => "who has had the fewest calls rings",
            _ => "the first who is free rings",
        };

        private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds} s");

        private static string Hours(TimeSpan? span) => string.Create(CultureInfo.InvariantCulture, $"{span?.TotalHours} h");
    }
}
