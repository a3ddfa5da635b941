using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ringway.Asterisk;
using Ringway.Cli.Steps;
using Ringway.Doctor;
using Ringway.Options;
using Spectre.Console;

namespace Ringway.Cli;

/// <summary>
/// `ringway doctor`: looks at everything that a call needs, beside a ringway that runs or without one, and changes nothing. Exit
/// code 0 all well, 1 something to look at or not known, 2 something that keeps calls from working.
/// </summary>
public static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print the findings as a JSON array: check, result, evidence, who, fix." };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Only this check, for instance certificate, or settings:main; may be repeated.",
        HelpName = "CHECK",
    };

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static Command Create()
    {
        var settings = new Settings();
        var command = new Command("doctor", "Look at everything that a call needs, and say who must do what.") { Json, Only };
        settings.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var (options, places) = settings.Read(parsed);
            var premises = Premises(options, places);
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
            var checks = Chosen([.. Examination.Checks(premises, http)], parsed.GetValue(Only) ?? []);
            var findings = await LookAsync(checks, ct);
            if (parsed.GetValue(Json))
                Console.WriteLine(JsonSerializer.Serialize(findings, Form));
            else
                Print(findings);
            return Finding.ExitCode(findings);
        });
        return command;
    }

    private static Premises Premises(RingwayOptions options, Places places)
    {
        places.Prepare();
        var secrets = Settings.OpenSecrets(places);
        options = Complete(options, secrets, places);
        return new Premises
        {
            Options = options,
            Secrets = secrets,
            Switch = new OwnSwitch(options, secrets, places, TimeProvider.System).Configuration(touchCertificates: false),
            Folders = OwnSwitch.Folders(places.Data),
            Data = places.Data,
            Page = OwnAddress.Of(options.Listen),
            RingwayPid = DataFolderLock.Holder(places.Data),
            AsteriskPid = AsteriskProcess.FindPid(OwnSwitch.Folders(places.Data)),
        };
    }

    /// <summary>A line without a password is a finding here, and no reason not to look at all the rest.</summary>
    private static RingwayOptions Complete(RingwayOptions options, Secrets secrets, Places places)
    {
        try
        {
            return Settings.Complete(options, secrets, places);
        }
        catch (ObstacleException)
        {
            return options.FillWithDemo(secrets);
        }
    }

    private static IReadOnlyList<Check> Chosen(IReadOnlyList<Check> all, string[] only)
    {
        var unknown = only.Where(word => !all.Any(check => check.IsNamed(word))).ToList();
        if (unknown.Count > 0)
            throw new ObstacleException(
                $"there is no check {string.Join(", ", unknown)}. There are: {string.Join(", ", all.Select(check => check.Name))}.", exitCode: 2);
        return only.Length == 0 ? all : [.. all.Where(check => only.Any(check.IsNamed))];
    }

    /// <summary>One after the other: a check that loads the machine must not make another one late.</summary>
    private static async Task<IReadOnlyList<Finding>> LookAsync(IReadOnlyList<Check> checks, CancellationToken ct)
    {
        var findings = new List<Finding>();
        var terminal = !Console.IsErrorRedirected;
        foreach (var check in checks)
        {
            if (terminal) Console.Error.Write($"\r\e[K  … {check.Title}");
            var finding = await check.LookAsync(ct);
            findings.Add(finding);
            if (terminal) Console.Error.Write($"\r\e[K  {Sign(finding.Result)} {check.Title}\n");
        }

        return findings;
    }

    /// <summary>Grouped by who must act, the worst first; what is well comes last and short.</summary>
    private static void Print(IReadOnlyList<Finding> findings)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected) console.Profile.Width = 160;
        foreach (var group in findings.GroupBy(Group).OrderBy(group => group.Key.Order))
        {
            var table = new Table { Title = new TableTitle(group.Key.Title), Border = TableBorder.Rounded, Expand = true };
            table.AddColumn(new TableColumn("").NoWrap()).AddColumn(new TableColumn("check").NoWrap()).AddColumn("what was seen");
            if (group.Any(finding => finding.Fix is not null)) table.AddColumn("what to do");
            foreach (var finding in group.OrderByDescending(Weight))
                table.AddRow([.. new[] { Sign(finding.Result), finding.Check, finding.Evidence, finding.Fix ?? "" }.Take(table.Columns.Count).Select(Markup.Escape)]);
            console.Write(table);
        }

        console.WriteLine(Sum(findings));
    }

    private static (int Order, string Title) Group(Finding finding) => finding switch
    {
        { Result: Verdict.Pass } => (4, "Well"),
        { Who: Who.You } => (0, "You must act"),
        { Who: Who.Ringway } => (1, "Ringway must act"),
        { Who: Who.Meta } => (2, "Meta must act"),
        _ => (3, "Not known"),
    };

    private static int Weight(Finding finding) => finding.Result switch { Verdict.Fail => 3, Verdict.Warn => 2, Verdict.Unknown => 1, _ => 0 };

    private static string Sign(Verdict result) => result switch { Verdict.Pass => "✓", Verdict.Warn => "!", Verdict.Fail => "✗", _ => "?" };

    private static string Sum(IReadOnlyList<Finding> findings)
    {
        string Count(Verdict result) => $"{findings.Count(finding => finding.Result == result)} {result.ToString().ToLowerInvariant()}";
        return $"{Count(Verdict.Pass)}, {Count(Verdict.Warn)}, {Count(Verdict.Fail)}, {Count(Verdict.Unknown)}.";
    }
}
