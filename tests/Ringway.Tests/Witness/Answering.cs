using System.Text.Json;

namespace Ringway.Tests.Witness;

/// <summary>
/// The least that ringway does with a call, with the requests that its CommandRunner sends: ring, answer, dial, hang up. Who
/// speaks on the business' side is a tone.
/// </summary>
internal sealed class Answering(Stage stage)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>Longer than the witness waits in one step: then it has ended, and its complaint says why.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private string _application = "ringway-1";
    private string _channel = "";

    /// <summary>A call from WhatsApp has passed the trunk and the dialplan.</summary>
    public async Task<JsonElement> ArrivesAsync(CancellationToken ct)
    {
        var start = await WithinPatienceAsync("a call arrives", end => stage.Ari.WaitForAsync("StasisStart", end), ct);
        (_application, _channel) = (start.GetProperty("application").GetString()!, start.GetProperty("channel").GetProperty("id").GetString()!);
        return start;
    }

    public Task RingAsync(CancellationToken ct) => RequestAsync("POST", $"channels/{_channel}/ring", ct);

    public Task AnswerAsync(CancellationToken ct) => RequestAsync("POST", $"channels/{_channel}/answer", ct);

    public Task SpeakAsync(CancellationToken ct) =>
        RequestAsync("POST", $"channels/{_channel}/play?media={Uri.EscapeDataString("tone:ring;tonezone=us")}", ct);

    public Task PressAsync(string digit, CancellationToken ct) => RequestAsync("POST", $"channels/{_channel}/dtmf?dtmf={digit}&duration=100", ct);

    /// <summary>What an agent's Hold is, for the one who is held.</summary>
    public async Task HoldAsync(CancellationToken ct)
    {
        await RequestAsync("POST", $"channels/{_channel}/hold", ct);
        await RequestAsync("POST", $"channels/{_channel}/moh", ct);
        await RequestAsync("DELETE", $"channels/{_channel}/moh", ct);
        await RequestAsync("DELETE", $"channels/{_channel}/hold", ct);
    }

    /// <summary>Another party is on the line now: what a transfer between agents says to the leg that stays.</summary>
    public Task SpeaksWithAsync(string name, CancellationToken ct) => SetAsync("CONNECTEDLINE(all)", $"{name} <4711>", ct);

    public async Task<string> GetAsync(string variable, CancellationToken ct)
    {
        var (_, body) = await stage.Ari.RequestAsync(_application, "GET", $"channels/{_channel}/variable?variable={Uri.EscapeDataString(variable)}", ct: ct);
        return JsonDocument.Parse(body).RootElement.GetProperty("value").GetString()!;
    }

    private Task SetAsync(string variable, string value, CancellationToken ct) =>
        RequestAsync("POST", $"channels/{_channel}/variable?variable={Uri.EscapeDataString(variable)}&value={Uri.EscapeDataString(value)}", ct);

    /// <param name="cause">Q.850: 16 is normal clearing, 17 user busy, 21 call rejected.</param>
    public Task HangUpAsync(CancellationToken ct, int cause = 16) => RequestAsync("DELETE", $"channels/{_channel}?reason_code={cause}", ct);

    /// <summary>Calls a WhatsApp user from the first line.</summary>
    public Task DialAsync(string user, CancellationToken ct)
    {
        _channel = "n1-1.customer";
        var endpoint = $"PJSIP/{user}@{stage.Switch.Configuration.Lines[0].Endpoint}";
        return RequestAsync("POST", $"channels?app={_application}&appArgs=customer&formats=opus&channelId={_channel}&timeout=20&endpoint={Uri.EscapeDataString(endpoint)}", ct);
    }

    /// <summary>Waits until the call is <c>Ringing</c> or <c>Up</c>.</summary>
    public Task IsAsync(string state, CancellationToken ct) => LookAsync($"the call is {state}", seen => seen == state, ct);

    /// <summary>Waits until the switch has no call any more.</summary>
    public Task IsOverAsync(CancellationToken ct) => LookAsync("the call is over", seen => seen is null, ct);

    /// <summary>Waits for the end that Asterisk tells ringway: the SIP status of a refusal.</summary>
    public async Task<int> EndsWithAsync(CancellationToken ct)
    {
        var end = await WithinPatienceAsync("the call ends", patience => stage.Ari.WaitForAsync("ChannelDestroyed", patience), ct);
        return end.TryGetProperty("tech_cause", out var status) ? status.GetInt32() : 0;
    }

    private Task<bool> LookAsync(string condition, Func<string?, bool> satisfies, CancellationToken ct) => WithinPatienceAsync(condition, async patience =>
    {
        string? seen;
        while (!satisfies(seen = await StateAsync(patience)))
        {
            if (seen is null)
                Assert.Fail($"The call ended before {condition}. {await stage.ComplaintsAsync(ct)}");
            await Task.Delay(LookEvery, TimeProvider.System, patience);
        }
        return true;
    }, ct);

    private async Task<T> WithinPatienceAsync<T>(string condition, Func<CancellationToken, Task<T>> wait, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        end.CancelAfter(Patience);
        try
        {
            return await wait(end.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"Never came: {condition}. {await stage.ComplaintsAsync(ct)}");
        }
    }

    private async Task<string?> StateAsync(CancellationToken ct)
    {
        var (status, body) = await stage.Ari.RequestAsync(_application, "GET", $"channels/{_channel}", ct: ct);
        return status == 404 ? null : JsonDocument.Parse(body).RootElement.GetProperty("state").GetString();
    }

    private async Task RequestAsync(string method, string uri, CancellationToken ct)
    {
        var (status, body) = await stage.Ari.RequestAsync(_application, method, uri, ct: ct);
        Assert.True(status is >= 200 and < 300, $"{method} {uri}: {status} {body}");
    }
}
