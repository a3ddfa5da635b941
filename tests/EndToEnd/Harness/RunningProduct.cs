using System.Text.RegularExpressions;
using Ringway.Asterisk;

[assembly: AssemblyFixture(typeof(Ringway.EndToEnd.Harness.Browsers))]
// Two cores carry one product, two Asterisks and a browser; a second set beside it would make every wait a guess.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Ringway.EndToEnd.Harness;

/// <summary>One product for many tests: lines of every kind, three agents, the simulated WhatsApp.</summary>
public sealed class RunningProduct : IAsyncLifetime
{
    public const string SdesNumber = "+15550001000";
    public const string DtlsNumber = "+15550001001";

    public const string QueueNumber = "+15550001002";

    public const string MenuNumber = "+15550001003";

    public const string RecordedNumber = "+15550001004";

    public const string ChainNumber = "+15550001005";

    public const string RoutedNumber = "+15550001006";

    public const string BotNumber = "+15550001007";

    /// <summary>Where a test's bot listens, if it has one.</summary>
    public static int BotPort { get; } = Testing.FreePort.Take();

    public const string BotToken = "the-bot-of-the-tests";

    public const string ToldNumber = "+15550001008";

    /// <summary>Short enough for a test to wait for, long enough for a person's click on a busy machine.</summary>
    private static readonly string[] Settings =
    [
        "simulator.enabled=on",
        "agents.0.id=ada", "agents.0.name=Ada", "agents.0.password=ada-of-the-tests", "agents.1.id=bob", "agents.1.name=Bob", "agents.1.password=bob-of-the-tests",
        "agents.2.id=eve", "agents.2.name=Eve", "agents.2.password=eve-of-the-tests",
        "lines.0.id=main", $"lines.0.number={SdesNumber}", "lines.0.name=Main", "lines.0.media=sdes", "lines.0.password=meta-made-this-1",
        "lines.1.id=dtls", $"lines.1.number={DtlsNumber}", "lines.1.name=Second", "lines.1.media=dtls", "lines.1.password=meta-made-this-2", "lines.1.recording.when=onDemand", "lines.1.recording.notice=Recorded.",
        "lines.2.id=help", $"lines.2.number={QueueNumber}", "lines.2.name=Help", "lines.2.media=sdes", "lines.2.password=meta-made-this-3", "lines.2.team=help",
        "lines.2.voicemail.enabled=on", "lines.2.voicemail.longestSeconds=20",
        "lines.3.id=asks", $"lines.3.number={MenuNumber}", "lines.3.name=Asks", "lines.3.media=sdes", "lines.3.password=meta-made-this-4", "lines.3.menu=first",
        "lines.4.id=taped", $"lines.4.number={RecordedNumber}", "lines.4.name=Taped", "lines.4.media=dtls", "lines.4.password=meta-made-this-5",
        "lines.4.recording.when=always", "lines.4.recording.notice=Recorded.",
        "menus.0.id=first", "menus.0.say=For help, press one.", "menus.0.keys.0.key=1", "menus.0.keys.0.team=help",
        "lines.5.id=chain", $"lines.5.number={ChainNumber}", "lines.5.name=Chain", "lines.5.media=sdes", "lines.5.password=meta-made-this-6", "lines.5.team=near",
        "lines.6.id=routed", $"lines.6.number={RoutedNumber}", "lines.6.name=Routed", "lines.6.media=sdes", "lines.6.password=meta-made-this-7", "lines.6.team=near",
        "lines.6.routes.0.payloads.0=order-*", "lines.6.routes.0.team=far", "lines.6.routes.1.callers.0=+1555010177?", "lines.6.routes.1.say=You have reached our office. We are all away today, and will call you back tomorrow between nine and twelve. Thank you for your patience.",
        "lines.6.routes.2.returningHours=24", "lines.6.editors.0=ada",
        "lines.7.id=bot", $"lines.7.number={BotNumber}", "lines.7.name=Bot", "lines.7.media=dtls", "lines.7.password=meta-made-this-8", "lines.7.routes.0.bot=ivy",
        "bots.0.id=ivy", "bots.0.name=Ivy", $"bots.0.url=ws://127.0.0.1:{BotPort}/calls", "bots.0.user=asterisk", "bots.0.password=hush", $"bots.0.token={BotToken}",
        "teams.1.id=near", "teams.1.agents.0=ada", "teams.1.waitSeconds=5", "teams.1.overflow=far", "teams.2.id=far", "teams.2.agents.0=bob",
        "lines.8.id=told", $"lines.8.number={ToldNumber}", "lines.8.name=Told", "lines.8.media=dtls", "lines.8.password=meta-made-this-9", "lines.8.team=told",
        "teams.3.id=told", "teams.3.waitSeconds=120", "teams.3.announcements.everySeconds=6", "teams.3.callBackKey=1",
        "teams.3.announcements.say=Thank you for waiting. All of us are talking with others just now, and whoever is free first will be with you as soon as that can be.",
        "teams.0.id=help", "teams.0.supervisors.0=bob", "teams.0.strategy=longestIdle", "teams.0.waitSeconds=12",
        "calls.ringSeconds=8", "calls.dialSeconds=8", "calls.rejoinSeconds=9", "calls.parkSeconds=10", "calls.transferWaitSeconds=10",
    ];

    public Product Product { get; private set; } = null!;

    public static string NumberOf(string line) => line switch { "dtls" => DtlsNumber, "help" => QueueNumber, "asks" => MenuNumber, "taped" => RecordedNumber, "chain" => ChainNumber, "routed" => RoutedNumber, "bot" => BotNumber, "told" => ToldNumber, _ => SdesNumber };

    /// <summary>A product of the same kind for a test that kills or restarts it.</summary>
    public static Task<Product> AnotherAsync(params string[] more) => Product.StartAsync([.. Settings, .. more]);

    public async ValueTask InitializeAsync() => Product = await AnotherAsync("recordings.encrypted=on");

    public async ValueTask DisposeAsync()
    {
        var complaints = Logs.Complaints(Product);
        var numbers = Logs.WholeNumbers(Product);
        await Product.DisposeAsync();
        Assert.True(complaints.Count == 0, "The logs of the whole run hold what nobody explained:\n" + string.Join('\n', complaints));
        Assert.True(numbers.Count == 0, "Numbers of WhatsApp users stand in the logs:\n" + string.Join('\n', numbers));
    }
}

[CollectionDefinition(nameof(RunningProduct))]
public sealed class RunningProductCollection : ICollectionFixture<RunningProduct>;

/// <summary>Reads what the product's four processes logged.</summary>
public static partial class Logs
{
    /// <summary>Lines that a healthy run has, each with its reason.</summary>
    private static readonly (Regex Line, string Why)[] Explained =
    [
        (ClosedAbruptly(), "a browser that closes a page drops its WebSocket without a close frame"),
        (NoSocket(), "and Asterisk may ask in that very moment whether it is there"),
        (Unheard(), "a page that closes takes its phone back and does not wait for the answer"),
        (StillOpus(), "when a third joins two, the frames that are under way are still those that were passed on as they came"),
        (NoBot(), "a bot that is not there; the line's agents ring instead"),
        (NobodyHears(), "who is told something may hang up, or be parked, before it is said"),
        (NotHushed(), "a bridge that changes in the moment in which a leg is to hear silence; it is played once more"),
        (NotTold(), "and a call in which the notice could not be said to the end is not recorded"),
        (Crossed(), "who hangs up in the moment in which she is answered; the call's record says that she gave up"),
        (PageIsAway(), "a page that is loaded anew in the moment in which it is rung; the call goes on to the others"),
        (PageWasAway(), "and what ringway says of that"),
        (NobodyListens(), "music for somebody who hangs up"),
        (NotConnectedYet(), "a browser on a busy machine sends before its connection is agreed on"),
        (HandsetGone(), "a simulated handset that hangs up in the moment in which it is answered, or presses a key"),
        (StirShaken(), "Asterisk warns of a default of its own when ARI writes an endpoint that is there already; the handset's page does"),
    ];

    /// <summary>Warnings and errors that no explanation covers.</summary>
    public static IReadOnlyList<string> Complaints(Product product) =>
    [
        .. Files(product).Where(File.Exists)
            .SelectMany(file => File.ReadLines(file).Where(line => IsComplaint().IsMatch(line)).Select(line => $"{Path.GetFileName(file)}: {line}"))
            .Where(line => !Explained.Any(known => known.Line.IsMatch(line)))
            .Distinct().Take(40),
    ];

    /// <summary>What ringway itself says that it broke; no test may cause that, whatever it kills.</summary>
    public static IReadOnlyList<string> Broken(Product product) =>
        Path.Combine(product.Data, "logs", "ringway.log") is var log && File.Exists(log)
            ? [.. File.ReadLines(log).Where(line => IsBroken().IsMatch(line)).Distinct().Take(10)] : [];

    /// <summary>
    /// Lines of the product's own logs with the whole number of a WhatsApp user; in these tests they all begin alike. The
    /// simulator's users are made up, and its logs may name them.
    /// </summary>
    public static IReadOnlyList<string> WholeNumbers(Product product) =>
    [
        .. Files(product).Where(file => File.Exists(file) && !file.Contains("simulator", StringComparison.Ordinal))
            .SelectMany(File.ReadLines).Where(line => UsersNumber().IsMatch(line)).Take(10),
    ];

    public static IEnumerable<string> Files(Product product) =>
    [
        new AsteriskFolders(Path.Combine(product.Data, "asterisk")).MessagesLog,
        new AsteriskFolders(Path.Combine(product.Data, "simulator", "asterisk")).MessagesLog,
        Path.Combine(product.Data, "logs", "ringway.log"),
        Path.Combine(product.Data, "logs", "simulator.log"),
    ];

    [GeneratedRegex(@"res_http_websocket\.c: Web socket closed abruptly")]
    private static partial Regex ClosedAbruptly();

    [GeneratedRegex(@"res_pjsip\.c: Error 171060 'Unsupported transport \(PJSIP_EUNSUPTRANSPORT\)' sending OPTIONS request")]
    private static partial Regex NoSocket();

    [GeneratedRegex(@"pjproject: \s*tsx\S+ \.*Error sending Response msg 200/REGISTER")]
    private static partial Regex Unheard();

    [GeneratedRegex(@"dsp\.c: Can only calculate silence on .* frames, opus not supported")]
    private static partial Regex StillOpus();

    [GeneratedRegex(@"(res_websocket_client|chan_websocket)\.c: WebSocket/ivy/.*Client start error")]
    private static partial Regex NoBot();

    [GeneratedRegex(@"res_stasis_playback\.c: \S+: Playback failed for sound:")]
    private static partial Regex NobodyHears();

    [GeneratedRegex(@"file\.c: Unable to open \S+/prompts/hush \(format")]
    private static partial Regex NotHushed();

    [GeneratedRegex(@"Archive\[2212\] .* It could not be recorded; the call's story says why\.")]
    private static partial Regex NotTold();

    [GeneratedRegex(@"res_stasis_answer\.c: \S+: Failed to answer channel|chan_pjsip\.c: Session already DISCONNECTED|CommandRunner\[2101\] .* did not carry out Answer: .*\(500\)")]
    private static partial Regex Crossed();

    [GeneratedRegex(@"res_pjsip\.c: Endpoint '\S+': Could not create dialog to invalid URI|chan_pjsip\.c: Failed to create outgoing session to endpoint")]
    private static partial Regex PageIsAway();

    [GeneratedRegex(@"CommandRunner\[2101\] .* did not carry out Ring: .*\(500\)\. Allocation failed")]
    private static partial Regex PageWasAway();

    [GeneratedRegex(@"res_musiconhold\.c: Failed to write frame")]
    private static partial Regex NobodyListens();

    [GeneratedRegex(@"DTLS packet from \S+ dropped\. ICE not completed yet|codec\.c: Codec opus returned invalid number of samples")]
    private static partial Regex NotConnectedYet();

    [GeneratedRegex(@"HandsetBoard\[3202\] \S+: Asterisk refused POST (bridges/\S+/addChannel \(400\)|channels/\S+/dtmf \(404\))\. Channel not found")]
    private static partial Regex HandsetGone();

    [GeneratedRegex(@"pjsip_configuration\.c: Endpoint h-\S+: Option 'stir_shaken' is no longer supported")]
    private static partial Regex StirShaken();

    [GeneratedRegex(@"155501\d{5}")]
    private static partial Regex UsersNumber();

    [GeneratedRegex("Z (ERR|CRT) ")]
    private static partial Regex IsBroken();

    // Asterisk: WARNING[pid]; ours: WRN, ERR, CRT; the simulator's console: warn:, fail:, crit:.
    [GeneratedRegex(@" (WARNING|ERROR)\[| (WRN|ERR|CRT) |Z (warn|fail|crit): ")]
    private static partial Regex IsComplaint();
}
