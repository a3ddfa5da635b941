using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>A program of the operator's hears of what was said, when it can be fetched; on a product of its own, which is killed too.</summary>
[Trait("needs", "asterisk")]
public sealed class TheOperatorIsTold(Browsers browsers) : IAsyncLifetime
{
    private const string User = "+15550103100";
    private const int UserHz = 760;
    private const double AdaHz = 1000;

    private readonly Program _crm = new();
    private Product _product = null!;
    private SimulatorApi _whatsApp = null!;
    private AgentPage _ada = null!;
    private int _talks;

    public async ValueTask InitializeAsync()
    {
        _product = await RunningProduct.AnotherAsync(
            "calls.rejoinSeconds=60", "webhooks.0.id=crm", $"webhooks.0.url={_crm.Address}", "webhooks.0.secret=end-to-end-secret");
        _whatsApp = new SimulatorApi(_product);
        _ada = await AgentPage.ReadyAsync(browsers, _product, "ada", AdaHz);
    }

    public async ValueTask DisposeAsync()
    {
        await _ada.DisposeAsync();
        _whatsApp.Dispose();
        await _product.DisposeAsync();
        _crm.Dispose();
    }

    [Fact]
    public async Task A_recording_can_be_heard_when_it_is_told_and_that_is_after_the_end_of_its_call()
    {
        await TalkAsync();
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System); // what they say
        await _ada.HangUpAsync();

        var recorded = await _crm.HearAsync("recorded");
        Assert.NotEmpty((await _ada.RecordedHzAsync(recorded.Call))!);
        Assert.Equal(["ringing", "answered", "ended", "recorded"], _crm.Types);
        Assert.Contains("\"canBeHeard\":true,\"fault\":null", recorded.Body, StringComparison.Ordinal);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_message_can_be_heard_when_it_is_told_be_it_that_ringway_was_killed_while_it_was_spoken(bool killed)
    {
        await _ada.PauseAsync();
        var call = await _whatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("help"), playHz = UserHz });
        using var api = await RingwayApi.SignInAsync(_product, "bob");
        await _whatsApp.HearsSpeechAsync(call);
        var id = (await api.LiveAsync()).Single().Id;
        await Eventually.BeTrueAsync("the message is being recorded", () => api.HasMessageAsync(id), TimeSpan.FromSeconds(40));
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System); // what she says
        if (killed) await _product.KillRingwayAsync();
        await _whatsApp.HangUpAsync(call);
        await _whatsApp.EndedAsync(call);
        if (killed) await _product.UpAsync();

        var left = await _crm.HearAsync("voicemail");
        Assert.InRange((await api.MessageAsync(left.Call)).Length, 3 * 32_000, 30 * 32_000);
        await _crm.HearAsync("ended");
        Assert.Equal(["missed", "voicemail", "ended"], _crm.Types);
    }

    [Fact]
    public async Task After_a_kill_the_end_and_the_recording_of_a_call_that_ended_meanwhile_are_told_once_and_in_order()
    {
        var call = await TalkAsync();
        await _product.WrittenDownAsync("ada");
        await _product.KillRingwayAsync();
        await _whatsApp.HangUpAsync(call);
        await _whatsApp.EndedAsync(call);
        await _product.UpAsync();
        await _crm.HearAsync("recorded");
        await _ada.IsAsync("over");
        await _product.KillRingwayAsync();
        await _product.UpAsync();
        await _ada.IsFreeAsync();
        await TalkAsync();
        await _ada.HangUpAsync();

        await _crm.HearAsync("recorded", times: 2);
        Assert.Equal(["ringing", "answered", "ended", "recorded", "ringing", "answered", "ended", "recorded"], _crm.Types);
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    private async Task<string> TalkAsync()
    {
        var call = await _whatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("taped"), playHz = UserHz });
        await _ada.IsAsync("incoming");
        await _ada.AnswerAsync();
        await _ada.HearsAsync(UserHz);
        await _ada.RecordingAsync("Recording");
        // Events are saved a tenth of a second behind the call: a kill before that loses one.
        await _crm.HearAsync("answered", times: ++_talks);
        return call;
    }

    /// <summary>A program of the operator's: takes everything that it is told.</summary>
    private sealed class Program : IDisposable
    {
        private readonly HttpListener _http = new();
        private readonly ConcurrentQueue<(string Type, string Call, string Body)> _told = new();

        public Program()
        {
            Address = $"http://127.0.0.1:{Testing.FreePort.Take()}/";
            _http.Prefixes.Add(Address);
            _http.Start();
            _ = TakeAllAsync();
        }

        public string Address { get; }

        public IEnumerable<string> Types => _told.Select(event_ => event_.Type);

        public async Task<(string Call, string Body)> HearAsync(string type, int times = 1)
        {
            await Eventually.SeeAsync(
                $"{type} is told", () => Task.FromResult(string.Join(' ', Types)), seen => seen.Split(' ').Count(told => told == type) >= times, TimeSpan.FromSeconds(30));
            var last = _told.Last(event_ => event_.Type == type);
            return (last.Call, last.Body);
        }

        public void Dispose() => _http.Close();

        private async Task TakeAllAsync()
        {
            while (_http.IsListening)
            {
                var context = await _http.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var body = await reader.ReadToEndAsync();
                var told = JsonSerializer.Deserialize<JsonElement>(body);
                var call = told.TryGetProperty("call", out var about) ? about.GetProperty("id").GetString()! : "";
                if (call.Length > 0) _told.Enqueue((told.GetProperty("type").GetString()!, call, body));
                context.Response.Close();
            }
        }
    }
}
