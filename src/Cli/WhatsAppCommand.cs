using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Ringway.Cli.Steps;
using Ringway.Graph;
using Ringway.Options;
using Ringway.WhatsApp.Provisioning;

namespace Ringway.Cli;

/// <summary>`ringway whatsapp plan|apply|status`: what Meta has for our numbers, what differs from ours, and making it so.</summary>
public static class WhatsAppCommand
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for a terminal, not for a page
    };

    public static Command Create() => new("whatsapp", "Look at and change what Meta has for our numbers.")
    {
        Verb("plan", "Show what `apply` would change at Meta; changes nothing.", (work, ct) => work.PlanAsync(ct)),
        Apply(),
        Verb("status", "Show what Meta has for each number.", (work, ct) => work.StatusAsync(ct)),
    };

    private static Command Apply()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would change; the same as `plan`." };
        return Verb(
            "apply", "Make Meta's settings as the configuration wants them, and fetch the SIP password.",
            (work, ct) => work.Parsed.GetValue(dryRun) ? work.PlanAsync(ct) : work.ApplyAsync(ct), dryRun);
    }

    private static Command Verb(string name, string description, Func<Work, CancellationToken, Task<int>> run, params Option[] more)
    {
        var settings = new Settings();
        var line = new Option<string?>("--line") { Description = "Only this line (default: all that have a phoneNumberId).", HelpName = "ID" };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON." };
        var command = new Command(name, description) { line, json };
        settings.AddTo(command);
        foreach (var option in more) command.Options.Add(option);
        command.SetAction(async (parsed, ct) =>
        {
            var (options, places) = settings.Read(parsed);
            places.Prepare();
            var secrets = Settings.OpenSecrets(places);
            options = options.FillWithDemo(secrets);
            using var logging = LoggerFactory.Create(Log);
            using var http = new HttpClient();
            return await run(new Work(parsed, options, Lines(options, parsed.GetValue(line)), secrets, places, parsed.GetValue(json), http, logging, TimeProvider.System), ct);
        });
        return command;
    }

    /// <exception cref="ObstacleException">Asked wrongly: there is no such line, or none that Meta's API knows.</exception>
    private static List<LineOptions> Lines(RingwayOptions options, string? id)
    {
        if (id is not null && options.Line(id) is null)
            throw new ObstacleException($"there is no line '{id}'; lines are {string.Join(", ", options.Lines.Select(line => line.Id))}.", exitCode: 2);
        var lines = options.Lines.Where(line => (id is null || line.Id == id) && options.AccountOf(line) is not null).ToList();
        return lines.Count > 0 ? lines : throw new ObstacleException(
            $"{(id is null ? "no line" : $"line {id}")} can be looked up at Meta: give lines[].phoneNumberId, and an account in whatsapp.accounts. docs/whatsapp-account.md says where they come from.",
            exitCode: 2);
    }

    private static void Log(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>One run of a verb over its lines. A line that fails does not keep the others from being done.</summary>
    private sealed class Work(
        ParseResult parsed, RingwayOptions options, IReadOnlyList<LineOptions> lines, Secrets secrets, Places places, bool json,
        HttpClient http, ILoggerFactory logging, TimeProvider time)
    {
        private readonly NumbersFile _numbers = new(places.Data, secrets);

        public ParseResult Parsed => parsed;

        public Task<int> PlanAsync(CancellationToken ct) => EachAsync(async number =>
        {
            var plan = await number.PlanAsync(ct);
            return (Result.Of(plan), WhatsAppText.Plan(plan));
        });

        public async Task<int> ApplyAsync(CancellationToken ct)
        {
            var newPassword = false;
            var code = await EachAsync(async number =>
            {
                var plan = await number.PlanAsync(ct);
                var done = new List<string>();
                var applied = await number.ApplyAsync(plan, what =>
                {
                    done.Add(what);
                    Narrator.Say($"  ✓ {plan.Line.Id}: {what}");
                }, ct);
                newPassword |= applied.NewPassword;
                return (Result.Of(plan) with
                {
                    Done = done, Left = applied.Left, Unsaid = applied.Unsaid, Fault = applied.Fault, Well = applied.IsWell,
                }, WhatsAppText.Applied(plan, applied));
            });
            return newPassword ? Math.Max(code, await TrunkAsync(ct)) : code;
        }

        public Task<int> StatusAsync(CancellationToken ct) => EachAsync(async number =>
        {
            var status = await number.StatusAsync(ct);
            return (Result.Of(status.Plan) with { Status = WhatsAppText.Facts(status).ToDictionary(fact => fact.Name, fact => fact.Value) }, WhatsAppText.Status(status));
        });

        /// <summary>The running Asterisk takes the new password; a call that is under way goes on.</summary>
        private async Task<int> TrunkAsync(CancellationToken ct)
        {
            try
            {
                var filled = options.FillWithPasswords(secrets, _numbers);
                if (await new OwnSwitch(filled, secrets, places, time).TakePasswordsAsync(ct))
                    Narrator.Say("  ✓ Asterisk has taken the new SIP password; its calls go on");
                return 0;
            }
            catch (ConfigurationException others)
            {
                // Another line is not so far yet. Asterisk goes on as it is; without any password it would not even have started.
                Narrator.Say($"ringway: the trunk waits for its other lines. {others.Message}");
                return 1;
            }
        }

        private async Task<int> EachAsync(Func<NumberAtMeta, Task<(Result Result, string Text)>> look)
        {
            var results = new List<Result>();
            foreach (var line in lines)
            {
                var (result, text) = await TryAsync(line, look);
                results.Add(result);
                if (!json) Console.WriteLine(text);
            }

            if (json) Console.WriteLine(JsonSerializer.Serialize(results, Form));
            return results.TrueForAll(result => result.Well) ? 0 : 1;
        }

        private async Task<(Result Result, string Text)> TryAsync(LineOptions line, Func<NumberAtMeta, Task<(Result, string)>> look)
        {
            var account = options.AccountOf(line)!;
            var graph = new GraphClient(
                http, new GraphOptions { Address = new Uri(options.WhatsApp.Graph), Version = options.WhatsApp.GraphVersion },
                account.Token.Reveal(), time, logging.CreateLogger<GraphClient>());
            try
            {
                return await look(new NumberAtMeta(graph, options, line, account, _numbers, time, logging.CreateLogger<NumberAtMeta>()));
            }
            catch (GraphException refusal)
            {
                return (Result.Of(line, refusal), $"{WhatsAppText.Head(line)}\n  ✗ {refusal.Message}{(refusal.Known is { } known ? $" ({WhatsAppText.Who(known.Who)})" : "")}\n");
            }
        }
    }

    /// <summary>What --json prints for a line. The operator's own number, so it is whole.</summary>
    private sealed record Result
    {
        public required string Line { get; init; }
        public required string Number { get; init; }
        public string? PhoneNumberId { get; init; }
        public bool Well { get; init; } = true;
        public IReadOnlyList<Change>? Changes { get; init; }
        public bool? Subscribe { get; init; }
        public bool? FetchPassword { get; init; }
        public IReadOnlyList<string>? Remarks { get; init; }
        public IReadOnlyList<string>? Done { get; init; }
        public IReadOnlyList<Change>? Left { get; init; }
        public IReadOnlyList<Change>? Unsaid { get; init; }
        public IReadOnlyDictionary<string, string>? Status { get; init; }
        public string? Fault { get; init; }
        public int? Code { get; init; }
        public string? Who { get; init; }

        public static Result Of(NumberPlan plan) => new()
        {
            Line = plan.Line.Id,
            Number = plan.Line.Number.E164,
            PhoneNumberId = plan.Line.PhoneNumberId,
            Changes = plan.Settings.Changes,
            Subscribe = plan.Subscribe,
            FetchPassword = plan.FetchPassword,
            Remarks = plan.Remarks,
        };

        public static Result Of(LineOptions line, GraphException refusal) => new()
        {
            Line = line.Id,
            Number = line.Number.E164,
            PhoneNumberId = line.PhoneNumberId,
            Well = false,
            Fault = refusal.Message,
            Code = refusal.Code,
            Who = refusal.Known is { } known ? known.Who.ToString().ToLower(CultureInfo.InvariantCulture) : null,
        };
    }
}
