using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ringway.Calls;
using Ringway.Options;

namespace Ringway.Switchboard;

/// <summary>A line's rules as the operator wrote them, and last what the line itself says.</summary>
public static class LineRoutes
{
    /// <summary>The name of the last one.</summary>
    public const string Otherwise = "otherwise";

    /// <param name="opened">By hand: the line's own hours do not count.</param>
    public static ImmutableArray<Route> Of(LineOptions line, bool opened = false)
    {
        var open = opened ? _ => true : Open(line.Hours);
        return [.. line.Routes.Select((route, place) => Of(line, route, place, open)), new(Otherwise, OwnDestination(line), open)];
    }

    /// <summary>
    /// Names what a rule says, in Asterisk's files too: by what is said, not by the rule's place, so that whoever is listening hears it to the
    /// end while the rules are changed. A sound has a name already.
    /// </summary>
    public static string Announcement(RouteOptions route) => SoundName.In(route.Say) is not null ? route.Say! :
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{route.Language}\n{route.Say}")).AsSpan(0, 8));

    public static string Name(RouteOptions route, int place) => route.Name ?? string.Create(CultureInfo.InvariantCulture, $"rule {place + 1}");

    private static Route Of(LineOptions line, RouteOptions route, int place, Func<DateTimeOffset, bool> open) =>
        new(Name(route, place), Destination(line, route), route.Hours.Weekly.IsEmpty ? open : Open(route.Hours with { Timezone = route.Hours.Timezone ?? line.Hours.Timezone }))
        {
            Callers = [.. route.Callers.Select(text => new Mask(text))],
            Payloads = [.. route.Payloads.Select(text => new Mask(text))],
            MayBeCalled = route.Permission == CallerPermission.Any ? null : route.Permission == CallerPermission.Allowed,
            Returning = route.Returning,
            Wish = new(route.Skill, route.SkillFor, route.Priority),
        };

    private static Destination Destination(LineOptions line, RouteOptions route) => route switch
    {
        { Team: { } team } => new Destination.Team(team),
        { Agent: { } agent } => new Destination.Agent(new(agent)),
        { Bot: { } bot } => new Destination.Agent(new(bot)),
        { Menu: { } menu } => new Destination.Menu(menu),
        { Voicemail: VoicemailMode.On } => new Destination.Voicemail(),
        { Say: not null } => new Destination.Announcement(Announcement(route)),
        _ => OwnDestination(line),
    };

    private static Destination OwnDestination(LineOptions line) => line.Menu is { } menu ? new Destination.Menu(menu) : new Destination.Team(null);

    private static Func<DateTimeOffset, bool> Open(HoursOptions hours) => hours.Schedule is { } schedule ? schedule.IsOpenAt : _ => true;
}
