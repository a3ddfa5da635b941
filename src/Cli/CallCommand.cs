using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ringway.Api;
using Ringway.Cli.Steps;
using Ringway.Options;
using Ringway.Store;
using Ringway.Switchboard;

namespace Ringway.Cli;

/// <summary>`ringway call explain ID`: one call's story. Asks the running ringway; without one it reads the store itself.</summary>
public static class CallCommand
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for a terminal, not for a page
    };

    private static readonly Argument<string> Id = new("ID") { Description = "The call's id, as logs, pages and the history show it; `last` is the newest that is over." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the whole story as JSON." };

    private static readonly Option<bool> WithEvidence = new("--evidence") { Description = "Also print the SIP and ARI steps with their times." };

    public static Command Create()
    {
        var settings = new Settings();
        var explain = new Command("explain", "Tell one call's story: who called whom, who rang, how it ended and what to do.") { Id, Json, WithEvidence };
        settings.AddTo(explain);
        explain.SetAction(async (parsed, ct) =>
        {
            var (options, places) = settings.Read(parsed);
            var id = parsed.GetValue(Id)!;
            var story = await FindAsync(id, options, places, ct)
                ?? throw new ObstacleException(
                    $"there is no call {id} in {places.Data}. The history on the agents' page and logs/ringway.log have the ids.");
            Console.WriteLine(parsed.GetValue(Json) ? JsonSerializer.Serialize(story, Form) : Text(story, parsed.GetValue(WithEvidence)));
            return 0;
        });
        return new Command("call", "Look at one call.") { explain };
    }

    /// <summary>The story as a person reads it.</summary>
    public static string Text(CallStory story, bool withEvidence)
    {
        var text = new StringBuilder($"Call {story.Id}\n\n");
        foreach (var sentence in story.Sentences)
            text.Append(CultureInfo.InvariantCulture, $"  {sentence}\n");
        text.Append(CultureInfo.InvariantCulture, $"\nWhat to do: {story.Advice ?? "nothing."}\n");
        if (withEvidence)
            Evidence(text, story);
        return text.ToString().TrimEnd();
    }

    private static void Evidence(StringBuilder text, CallStory story)
    {
        text.Append("\nWhat was seen (seconds since the call began)\n\n");
        if (story.Evidence.IsEmpty)
            text.Append("  Nothing was noted of this call: it is older than the notes, or ringway was away.\n");
        foreach (var line in story.Evidence)
            text.Append(CultureInfo.InvariantCulture, $"  {line.Ms / 1000.0,9:0.000}  {line.Side,-7}  {line.Text}\n");
        if (story.LeftOut > 0)
            text.Append(CultureInfo.InvariantCulture, $"  ({story.LeftOut} steps in the middle were not kept)\n");
        text.Append("\nFor whoever helps\n\n");
        text.Append(CultureInfo.InvariantCulture, $"  wacid      {story.Wacid ?? "unknown"}\n");
        foreach (var leg in story.Legs)
            text.Append(CultureInfo.InvariantCulture, $"  {leg.Leg,-10} {leg.Name ?? leg.Channel}, Call-ID {leg.CallId ?? "unknown"}\n");
        if (story.More is { } more)
            text.Append(CultureInfo.InvariantCulture, $"\nWhat else is known\n\n{more.ToJsonString(Form)}\n");
    }

    private static async Task<CallStory?> FindAsync(string id, RingwayOptions options, Places places, CancellationToken ct)
    {
        if (!Directory.Exists(places.Data))
            throw new ObstacleException($"there is no data folder {places.Data}. Name the one that ringway runs on with --data DIR.");
        var secrets = Settings.OpenSecrets(places);
        return DataFolderLock.Holder(places.Data) is null
            ? await FromStoreAsync(id, options.FillWithDemo(secrets), places, ct)
            : await FromRingwayAsync(id, options, secrets, ct);
    }

    private static async Task<CallStory?> FromRingwayAsync(string id, RingwayOptions options, Secrets secrets, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = OwnAddress.Of(options.Listen), Timeout = AnswerWithin };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", OperatorAccess.Token(secrets));
        try
        {
            using var answer = await http.GetAsync(new Uri($"api/v1/calls/{Uri.EscapeDataString(id)}/story", UriKind.Relative), ct);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => await answer.Content.ReadFromJsonAsync<CallStory>(Form, ct),
                HttpStatusCode.NotFound => null,
                var other => throw new ObstacleException(
                    $"ringway on {http.BaseAddress} answered {(int)other}. Is it the one of this data folder? Its log says more."),
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            throw new ObstacleException($"ringway runs and does not answer on {http.BaseAddress} ({fault.Message}). Give the --config and --set that it was started with.", inner: fault);
        }
    }

    private static async Task<CallStory?> FromStoreAsync(string id, RingwayOptions options, Places places, CancellationToken ct)
    {
        try
        {
            await using var store = StoreAddress.Open(options.Store.Url.Reveal(), new HostPaths(places.Data, "").Database, options.Node);
            await store.MigrateAsync(ct); // The next `up` would do the same; without it an older store has not all columns.
            var record = await store.FindByIdOrLastAsync(id, ct);
            var names = (await store.AgentsAsync(ct)).ToDictionary(agent => agent.Id, agent => agent.Name);
            return record is null ? null : CallStory.Of(record, null, agent => names.GetValueOrDefault(agent, agent), TimeProvider.System.GetUtcNow());
        }
        catch (Exception fault) when (fault is DbException or InvalidOperationException or TimeoutException)
        {
            throw new ObstacleException($"the store cannot be read: {fault.Message} Check store.url.", inner: fault);
        }
    }
}
