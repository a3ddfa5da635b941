using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ringway.EndToEnd.Harness;

/// <summary>How a call ended, as the history tells it.</summary>
public sealed record OutcomeSeen(string What, string Whose, string Sentence, int? Sip);

public sealed record CustomerSeen(string? Name, string? Number, string? UserId, string? Display);

public sealed record LineSeen(string Id, string? Number, string? Name);

/// <summary>A call as the API tells it.</summary>
public sealed record CallSeen(
    string Id, string Direction, string State, CustomerSeen Customer, LineSeen Line, string? Agent,
    DateTimeOffset? ArrivedAt, DateTimeOffset? OfferedAt, DateTimeOffset? AnsweredAt, DateTimeOffset? EndedAt, OutcomeSeen? Outcome)
{
    public IReadOnlyList<string> OfferedTo { get; init; } = [];
}

/// <summary>ringway's HTTP API with one agent's sign-in.</summary>
public sealed class RingwayApi : IDisposable
{
    private readonly HttpClient _http;

    private RingwayApi(HttpClient http) => _http = http;

    public static async Task<RingwayApi> SignInAsync(Product product, string agent)
    {
        var http = Anonymous(product);
        using var answer = await http.PostAsJsonAsync("session", new { agent, password = product.Password(agent) });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["token"]!.GetValue<string>();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new RingwayApi(http);
    }

    public static HttpClient Anonymous(Product product) => new() { BaseAddress = new Uri(product.Ready.Api + "/") };

    public async Task<IReadOnlyList<CallSeen>> HistoryAsync(int limit = 50) =>
        (await _http.GetFromJsonAsync<History>($"history?limit={limit}", JsonSerializerOptions.Web))!.Calls;

    /// <summary>All calls that are over, page by page.</summary>
    public async Task<IReadOnlyList<CallSeen>> WholeHistoryAsync()
    {
        var (all, page) = (new List<CallSeen>(), await HistoryAsync(200));
        while (page.Count > 0)
        {
            all.AddRange(page);
            page = (await _http.GetFromJsonAsync<History>($"history?limit=200&before={Uri.EscapeDataString($"{page[^1].ArrivedAt:O}")}", JsonSerializerOptions.Web))!.Calls;
        }

        return all;
    }

    public async Task<IReadOnlyList<CallSeen>> LiveAsync() =>
        (await _http.GetFromJsonAsync<List<CallSeen>>("calls", JsonSerializerOptions.Web))!;

    /// <returns>The call's id, or the problem's code.</returns>
    public async Task<(HttpStatusCode Status, string IdOrCode, string? Detail)> PlaceAsync(string to, string? line = null)
    {
        using var answer = await _http.PostAsJsonAsync("calls", new { to, line });
        var body = await answer.Content.ReadFromJsonAsync<JsonObject>();
        return (answer.StatusCode, (body!["id"] ?? body["code"])!.GetValue<string>(), body["detail"]?.GetValue<string>());
    }

    public async Task<(HttpStatusCode Status, string? Code)> HangUpAsync(string id)
    {
        using var answer = await _http.DeleteAsync(new Uri($"calls/{id}", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)?["code"]?.GetValue<string>());
    }

    /// <summary>What a caller has said, as a WAV file.</summary>
    public Task<byte[]> MessageAsync(string id) => _http.GetByteArrayAsync(new Uri($"calls/{id}/message", UriKind.Relative));

    /// <summary>Uploads a sound that rules may say.</summary>
    public async Task UploadAsync(string sound, byte[] wav)
    {
        using var body = new ByteArrayContent(wav);
        using var answer = await _http.PutAsync(new Uri($"sounds/{sound}", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<bool> HasMessageAsync(string id)
    {
        using var answer = await _http.GetAsync(new Uri($"calls/{id}/message", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The newest record that satisfies, once it is written. If it never is, the failure says what was there instead.</summary>
    public async Task<CallSeen> RecordAsync(string which, Func<CallSeen, bool> satisfies) =>
        (await Eventually.SeeAsync(
            $"a record of {which}", async () => new Books(await HistoryAsync(), await LiveAsync()), books => books.Find(satisfies) is not null)).Find(satisfies)!;

    /// <summary>The calls in which somebody asked to be called back, or left a message, and which nobody has answered.</summary>
    public async Task<IReadOnlyList<string>> CallBacksAsync() =>
        [.. (await _http.GetFromJsonAsync<JsonArray>("call-backs"))!.Select(entry => entry!["id"]!.GetValue<string>())];

    public Task DropCallBackAsync(string id) => _http.DeleteAsync(new Uri($"call-backs/{id}", UriKind.Relative));

    public void Dispose() => _http.Dispose();

    private sealed record History(IReadOnlyList<CallSeen> Calls);

    private sealed record Books(IReadOnlyList<CallSeen> Written, IReadOnlyList<CallSeen> Live)
    {
        private const int Shown = 5;

        public CallSeen? Find(Func<CallSeen, bool> satisfies) => Written.FirstOrDefault(call => call.EndedAt is not null && satisfies(call));

        public override string ToString() =>
            $"of {Written.Count} calls in the history the newest:{Lines(Written.Take(Shown))}\nlive calls:{Lines(Live)}";

        private static string Lines(IEnumerable<CallSeen> calls) => string.Concat(calls.Select(call => $"\n  {call}"));
    }
}
