using System.Text.RegularExpressions;

namespace Ringway.Options;

/// <summary>What must hold for a line's rules. Keys are given from the rule on: <c>.team</c>.</summary>
internal static partial class RouteRules
{
    public static IEnumerable<(string Key, string Text)> Check(RingwayOptions options, LineOptions line, int place) =>
        [.. Conditions(line, place), .. Destination(options, line, line.Routes[place]), .. Skills(options, line, line.Routes[place])];

    private static IEnumerable<(string, string)> Conditions(LineOptions line, int place)
    {
        var route = line.Routes[place];
        for (var i = 0; i < route.Callers.Length; i++)
            if (!Caller().IsMatch(route.Callers[i]))
                yield return ($".callers[{i}]", $"'{route.Callers[i]}' is no number like +4915112345678, no mask like +4930* and no user id like DE.1349");
        for (var i = 0; i < route.Payloads.Length; i++)
            if (route.Payloads[i].Length == 0)
                yield return ($".payloads[{i}]", "is empty; `*` means any payload");
        if (route.Permission != CallerPermission.Any && line.PhoneNumberId is null)
            yield return (".permission", "asks for what only Meta tells: give the line its `phoneNumberId` and an account");
        foreach (var fault in OptionsRules.Hours(route.Hours with { Timezone = route.Hours.Timezone ?? line.Hours.Timezone }, ".hours"))
            yield return fault;
        for (var i = 0; i < place; i++)
            if (TakesEverything(line.Routes[i]) && route.Hours.Weekly.IsEmpty)
            {
                yield return ("", $"is never reached: routes[{i}] before it takes every call; put it before that one, or give that one a condition");
                yield break;
            }
    }

    private static bool TakesEverything(RouteOptions route) =>
        route.Callers.IsEmpty && route.Payloads.IsEmpty && route.Permission == CallerPermission.Any && route.Returning is null && route.Hours.Weekly.IsEmpty;

    private static IEnumerable<(string, string)> Destination(RingwayOptions options, LineOptions line, RouteOptions route)
    {
        if (new[] { route.Team is not null, route.Agent is not null, route.Bot is not null, route.Menu is not null, route.Voicemail == VoicemailMode.On, route.Say is not null }.Count(is_ => is_) > 1)
            yield return ("", "leads to one of `team`, `agent`, `bot`, `menu`, `voicemail` and `say`, or to none of them, which is where the line leads");
        if (route.Team is { } team && options.Teams.All(known => known.Id != team))
            yield return (".team", $"there is no '{team}' in teams{Spelling.DidYouMean(team, options.Teams.Select(known => known.Id))}");
        if (route.Menu is { } menu && options.Menus.All(known => known.Id != menu))
            yield return (".menu", $"there is no '{menu}' in menus{Spelling.DidYouMean(menu, options.Menus.Select(known => known.Id))}");
        if (route.Agent is { } agent && !OptionsRules.WhoIsMeant(options).Contains(agent))
            yield return (".agent", $"there is no agent '{agent}'{Spelling.DidYouMean(agent, OptionsRules.WhoIsMeant(options))}");
        if (route.Bot is { } bot && options.Bots.All(known => known.Id != bot))
            yield return (".bot", $"there is no '{bot}' in bots{Spelling.DidYouMean(bot, options.Bots.Select(known => known.Id))}");
        if (route.Voicemail == VoicemailMode.On && line.Voicemail.Enabled == VoicemailMode.Off)
            yield return (".voicemail", "leads nowhere: the line has no voicemail; set its voicemail.enabled to on");
        if (route.Say is ['f', 'i', 'l', 'e', ':', .. var file] && !File.Exists(file))
            yield return (".say", $"there is no file {file}");
        if (SoundName.WhyNot(route.Say) is { } fault)
            yield return (".say", fault);
        if (!route.Language.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+'))
            yield return (".language", $"'{route.Language}' is no language, like `en` or `pt-br`");
    }

    private static IEnumerable<(string, string)> Skills(RingwayOptions options, LineOptions line, RouteOptions route)
    {
        if (route.Skill is not { } skill)
        {
            if (route.SkillFor is not null) yield return (".skillSeconds", "says for how long a skill is asked for, and there is no `skill`");
            yield break;
        }

        if (route.Agent is not null || route.Bot is not null || route.Say is not null || route.Voicemail == VoicemailMode.On)
            yield return (".skill", "is asked for of a team; it cannot stand beside `agent`, `bot`, `voicemail` or `say`");
        else if (Followed(options, options.TeamOf(line.Id, route.Team)).All(team => Members(options, team).All(agent => options.LevelOf(new(agent), skill) == 0)))
            yield return (".skill", $"nobody whom this route can reach has the skill '{skill}'; give it to an agent: agents[].skills: ['{skill} 5']");
    }

    /// <summary>A team and those that it overflows to; a circle is another rule's to tell.</summary>
    private static List<TeamOptions> Followed(RingwayOptions options, TeamOptions first)
    {
        var teams = new List<TeamOptions>();
        for (var team = first; team is not null && !teams.Contains(team); team = options.Teams.FirstOrDefault(known => known.Id == team.Overflow)) teams.Add(team);
        return teams;
    }

    private static IEnumerable<string> Members(RingwayOptions options, TeamOptions team) => team.Agents.IsEmpty ? options.Agents.Select(agent => agent.Id) : team.Agents;

    [GeneratedRegex(@"^(\+[0-9?]{1,15}\*?|[A-Z]{2}\.[A-Za-z0-9.]+)$")]
    private static partial Regex Caller();
}
