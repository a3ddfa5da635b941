using Ringway.Tests.Api;
using Ringway.WhatsApp.Permissions;
using static Ringway.WhatsApp.Permissions.PermissionEvent;

namespace Ringway.Tests.WhatsApp;

/// <summary>Everything that can be known of a permission, and everything that can happen to it; for the tests of the rules.</summary>
internal static class PermissionCast
{
    public static DateTimeOffset Noon { get; } = Example.Noon; // a Monday

    public static WhatsAppUser Carla { get; } = WhatsAppUser.Of(PhoneNumber.Parse("+4915112345678"));

    public static Permission Nothing { get; } = new("main", Carla);

    public static MetaPermission No { get; } = new(MetaPermission.Kind.None, null, Asks(0, 0), Calls(0, can: false));

    public static MetaPermission Yes(DateTimeOffset? until = null) => new(
        until is null ? MetaPermission.Kind.Permanent : MetaPermission.Kind.Temporary, until, Asks(0, 0, can: until is not null), Calls(0));

    public static MetaAction Asks(int today, int week, bool can = true) => new(can, new MetaLimit(1, today), new MetaLimit(2, week));

    public static MetaAction Calls(int today, bool can = true) => new(can, new MetaLimit(100, today));

    public static (string Name, Permission Known)[] States { get; } =
    [
        ("nothing is known", Nothing),
        ("Meta said no", After(new Checked(Before(minutes: 5), No))),
        ("asked an hour ago", After(new Checked(Before(minutes: 65), No), new Asked(Before(minutes: 60), "wamid.1"))),
        ("asked two days ago", After(new Asked(Before(minutes: 2 * 24 * 60), "wamid.1"))),
        ("asked twice this week", After(new Asked(Before(minutes: 3 * 24 * 60), "wamid.0"), new Rejected(Before(minutes: 3 * 24 * 60), false, "wamid.0"),
            new Asked(Before(minutes: 25 * 60), "wamid.1"), new Rejected(Before(minutes: 60), false, "wamid.1"))),
        ("allowed for a week", After(new Granted(Before(minutes: 60), Before(minutes: 60).AddDays(7), "wamid.1"))),
        ("allowed for a week, which is over", After(new Granted(Before(minutes: 60).AddDays(-7), Before(minutes: 60)))),
        ("allowed for good", After(new Granted(Before(minutes: 60), null))),
        ("allowed for good, three calls missed", After(new Granted(Before(minutes: 60), null), new CallMissed(Before(40)), new CallMissed(Before(30)), new CallMissed(Before(20)))),
        ("allowed for good, a hundred calls today", After([new Granted(Before(minutes: 600), null), .. Enumerable.Range(0, 100).Select(i => new CallAnswered(Before(500 - i), Ours: true))])),
        ("refused", After(new Asked(Before(minutes: 61), "wamid.1"), new Rejected(Before(minutes: 60), false, "wamid.1"))),
        ("taken away after four missed calls", After(new Granted(Before(minutes: 60), null), new CallMissed(Before(50)), new CallMissed(Before(40)), new CallMissed(Before(30)), new CallMissed(Before(20)))),
    ];

    public static (string What, PermissionEvent Event)[] Events { get; } =
    [
        ("the user allows calls for a week", new Granted(Noon, Noon.AddDays(7), "wamid.1")),
        ("the user allows calls for good", new Granted(Noon, null, "wamid.1")),
        ("the user allows calls in the profile", new Granted(Noon, Noon.AddDays(7))),
        ("the user refuses", new Rejected(Noon, false, "wamid.1")),
        ("the user takes it back in the profile", new Rejected(Noon)),
        ("WhatsApp takes it away", new Rejected(Noon, Automatic: true)),
        ("we ask", new Asked(Noon, "wamid.2")),
        ("our request could not be delivered", new AskFailed(Noon, "wamid.1")),
        ("the user writes", new UserCame(Noon)),
        ("our call is answered", new CallAnswered(Noon, Ours: true)),
        ("the user's call is answered", new CallAnswered(Noon, Ours: false)),
        ("our call is not answered", new CallMissed(Noon)),
        ("WhatsApp refuses our call with 403", new CallRefused(Noon)),
        ("Meta says no", new Checked(Noon, No)),
        ("Meta says yes, for a week", new Checked(Noon, Yes(Noon.AddDays(7)))),
        ("Meta says yes, for good", new Checked(Noon, Yes())),
        ("Meta says no, and that we asked twice this week", new Checked(Noon, No with { Ask = Asks(1, 2, can: false) })),
    ];

    public static Permission After(params PermissionEvent[] events) => After(Nothing, events);

    public static Permission After(Permission known, IEnumerable<PermissionEvent> events) =>
        events.Aggregate(known, (now, happened) => PermissionRules.On(now, happened, happened.At > Noon ? happened.At : Noon));

    private static DateTimeOffset Before(int minutes) => Noon.AddMinutes(-minutes);
}
