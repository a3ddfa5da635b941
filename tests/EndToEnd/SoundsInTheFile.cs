using Ringway.Doctor;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>The configuration file names sounds that nobody has uploaded yet; on a product of its own, since its logs complain of that.</summary>
[Trait("needs", "asterisk")]
public sealed class SoundsInTheFile(Browsers browsers) : IAsyncLifetime
{
    private const string Told = "+15550101771", User = "+15550103200";
    private const int UserHz = 760, NoticeHz = 640, ClosedHz = 520;
    private const double AdaHz = 1000;

    private Product _product = null!;
    private SimulatorApi _whatsApp = null!;
    private AgentPage _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _product = await RunningProduct.AnotherAsync("lines.4.recording.notice=sound:notice", "lines.6.routes.1.say=sound:closed");
        _whatsApp = new SimulatorApi(_product);
        _ada = await AgentPage.ReadyAsync(browsers, _product, "ada", AdaHz);
    }

    public async ValueTask DisposeAsync()
    {
        await _ada.DisposeAsync();
        _whatsApp.Dispose();
        await _product.DisposeAsync();
    }

    [Fact]
    public async Task Ringway_starts_without_them_records_nobody_who_is_not_told_and_plays_them_when_they_are_there()
    {
        var log = await File.ReadAllTextAsync(Path.Combine(_product.Data, "logs", "ringway.log"), TestContext.Current.CancellationToken);
        Assert.Contains("There is no sound notice, which the configuration file names: the recording's notice of line taped.", log, StringComparison.Ordinal);
        Assert.Contains("There is no sound closed, which the configuration file names: rule 2 of line routed.", log, StringComparison.Ordinal);
        using var api = await RingwayApi.SignInAsync(_product, "ada");

        await _whatsApp.EndedAsync(await CallAsync("routed", Told)); // after a short tone
        Assert.Equal("told", (await api.RecordAsync("the call that was told nothing", call => call.Customer.Number == Told)).Outcome!.What);
        var silent = await TalkAsync("Not recorded: the recording could not begin");
        Assert.Null(await _ada.RecordedHzAsync(silent.Id));

        await api.UploadAsync("closed", Tone.Wav(ClosedHz, TimeSpan.FromSeconds(20)));
        await api.UploadAsync("notice", Tone.Wav(NoticeHz, TimeSpan.FromSeconds(2)));
        var told = await CallAsync("routed", Told);
        await _whatsApp.HearsAsync(told, ClosedHz);
        await _whatsApp.HangUpAsync(told);
        var recorded = await TalkAsync("Recording");
        await Eventually.SeeAsync("the recording is kept", () => _ada.RecordedHzAsync(recorded.Id), heard => heard is not null);
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    private Task<string> CallAsync(string line, string user) => _whatsApp.CallAsync(new { from = user, to = RunningProduct.NumberOf(line), playHz = UserHz });

    private async Task<CallSeen> TalkAsync(string says)
    {
        await CallAsync("taped", User);
        await _ada.IsAsync("incoming");
        await _ada.AnswerAsync();
        await _ada.HearsAsync(UserHz);
        await _ada.RecordingAsync(says);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System); // what may be on it
        await _ada.HangUpAsync();
        using var api = await RingwayApi.SignInAsync(_product, "ada");
        return await api.RecordAsync("the newest talk", call => call.Customer.Number == User);
    }
}
