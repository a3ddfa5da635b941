using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ringway.EndToEnd.Harness;

public sealed record SipLineSeen(DateTimeOffset At, string Direction, string FirstLine);

public sealed record ViolationSeen(string Rule, string Text);

public sealed record HeardByUser(int? DominantHz, long Packets, string Digits, double Loudness);

public sealed record EndSeen(string Whose, string Why);

/// <summary>A call as WhatsApp saw it.</summary>
/// <param name="FinalStatus">The last SIP status that answered the INVITE, whoever gave it.</param>
public sealed record WhatsAppCall(
    string Id, string Wacid, string Direction, string State, string User, string Business, DateTimeOffset? AnsweredAt,
    DateTimeOffset? EndedAt, int? FinalStatus, EndSeen? EndedBy, IReadOnlyList<SipLineSeen> Sip,
    IReadOnlyList<ViolationSeen> Violations, HeardByUser? Heard);

/// <summary>WhatsApp's users, scripted; and what WhatsApp saw of the calls.</summary>
public sealed class SimulatorApi(Product product) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = product.Ready.SimulatorApi };

    /// <summary>A WhatsApp user calls the business. Seconds; see the simulator's API for what else can be said.</summary>
    public async Task<string> CallAsync(object order)
    {
        using var answer = await _http.PostAsJsonAsync("calls", order);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
    }

    /// <summary>How this user takes calls from now on.</summary>
    public async Task ScriptAsync(string user, object behaviour)
    {
        using var answer = await _http.PutAsJsonAsync($"handsets/{Uri.EscapeDataString(user)}", behaviour);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<WhatsAppCall> GetAsync(string id) =>
        (await _http.GetFromJsonAsync<WhatsAppCall>($"calls/{id}", JsonSerializerOptions.Web))!;

    /// <summary>The newest call with that user.</summary>
    public async Task<WhatsAppCall?> LastWithAsync(string user) =>
        (await _http.GetFromJsonAsync<List<WhatsAppCall>>("calls", JsonSerializerOptions.Web))!.FirstOrDefault(call => call.User == user);

    public Task<WhatsAppCall> EndedAsync(string id, TimeSpan? within = null) =>
        Eventually.SeeAsync($"WhatsApp's call {id} is over", () => GetAsync(id), call => call.EndedAt is not null, within);

    /// <summary>The user hears that tone and hardly anything else.</summary>
    public Task HearsAsync(string id, double hz, TimeSpan? within = null) => Eventually.SeeAsync(
        $"WhatsApp's user hears {hz} Hz", () => GetAsync(id), call => Math.Abs((call.Heard?.DominantHz ?? 0) - hz) < 30, within);

    /// <summary>The user hears the music on hold: its notes and their octaves all lie below the tones that anybody speaks in these tests.</summary>
    public Task HearsMusicAsync(string id) => Eventually.SeeAsync(
        "WhatsApp's user hears music", () => GetAsync(id), call => call.Heard is { DominantHz: > 150 and < 560 });

    /// <summary>As above, and nobody has been heard to speak for a second.</summary>
    public Task HearsMusicAgainAsync(string id) => Eventually.SeeAsync(
        "WhatsApp's user hears music and nobody", () => GetAsync(id), call => call.Heard is { DominantHz: > 150 and < 560, Loudness: < 0.08 and > 0.003 }, TimeSpan.FromSeconds(40));

    /// <summary>The user hears something loud that is no music: somebody speaks.</summary>
    public Task HearsSpeechAsync(string id) => Eventually.SeeAsync(
        "WhatsApp's user hears speech", () => GetAsync(id), call => call.Heard is { Loudness: > 0.1 }, TimeSpan.FromSeconds(40));

    public async Task HangUpAsync(string id)
    {
        using var answer = await _http.DeleteAsync(new Uri($"calls/{id}", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonArray> ViolationsAsync() => (await _http.GetFromJsonAsync<JsonArray>("violations"))!;

    public async Task<JsonObject> HealthAsync() => (await _http.GetFromJsonAsync<JsonObject>("healthz"))!;

    public void Dispose() => _http.Dispose();
}
