using System.Globalization;

namespace Ringway.Ari;

public sealed partial class AriClient
{
    /// <summary>All channels of this Asterisk, other applications' and the dialplan's among them.</summary>
    public async Task<IReadOnlyList<Channel>> ListChannelsAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "channels"), AriJsonContext.Default.ChannelArray, ct);

    /// <summary>The channel as it is now; null when it is gone.</summary>
    public Task<Channel?> GetChannelAsync(ChannelId channel, CancellationToken ct = default) =>
        FindAsync(new("GET", "channels/{channelId}", channel.Value), AriJsonContext.Default.Channel, ct);

    /// <summary>Makes a channel and dials it. The id must be new: 409 says that it was done already.</summary>
    /// <remarks>
    /// Whoever refuses at once is told by events (Dial, ChannelDestroyed), not here. 400: neither application nor extension, or no such
    /// technology.
    /// </remarks>
    public Task<Channel> OriginateAsync(ChannelId channel, OriginateRequest request, CancellationToken ct = default) => SendAsync(
        Variables(
            new AriRequest("POST", "channels/{channelId}", channel.Value)
                .With("endpoint", request.Endpoint)
                .With("app", request.App)
                .With("appArgs", request.AppArgs)
                .With("extension", request.Extension)
                .With("context", request.Context)
                .With("priority", request.Priority?.ToString(CultureInfo.InvariantCulture))
                .With("label", request.Label)
                .With("callerId", request.CallerId)
                .With("timeout", request.TimeoutSeconds)
                .With("formats", request.Formats)
                .With("originator", request.Originator?.Value)
                .With("otherChannelId", request.OtherChannel?.Value),
            request.Variables, request.ReportedVariables),
        AriJsonContext.Default.Channel, ct);

    /// <summary>
    /// Makes a channel that is not dialled yet. Wait for its StasisStart before <see cref="DialAsync"/> or
    /// <see cref="AddToBridgeAsync(BridgeId, ChannelId, CancellationToken)"/>: before it Asterisk answers 409 "not in Stasis" now and then.
    /// </summary>
    public Task<Channel> CreateAsync(ChannelId channel, CreateRequest request, CancellationToken ct = default) => SendAsync(
        Variables(
            new AriRequest("POST", "channels/create")
                .With("channelId", channel.Value)
                .With("endpoint", request.Endpoint)
                .With("app", request.App)
                .With("appArgs", request.AppArgs)
                .With("formats", request.Formats)
                .With("originator", request.Originator?.Value)
                .With("otherChannelId", request.OtherChannel?.Value),
            request.Variables, request.ReportedVariables),
        AriJsonContext.Default.Channel, ct);

    /// <summary>Dials a created channel. 409 when it was dialled already, or is not in Stasis yet.</summary>
    /// <param name="channel">The created channel.</param>
    /// <param name="caller">The channel that calls; its caller id is presented.</param>
    /// <param name="timeoutSeconds">Until Asterisk gives up (cause 19); 0 never.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task DialAsync(ChannelId channel, ChannelId? caller = null, int timeoutSeconds = 0, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/dial", channel.Value)
            .With("caller", caller?.Value)
            .With("timeout", timeoutSeconds),
        ct);

    /// <summary>Answers a call that came in; of one that is answered already it does nothing.</summary>
    public Task AnswerAsync(ChannelId channel, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/answer", channel.Value), ct);

    /// <summary>Tells the caller that it rings (SIP 180).</summary>
    public Task RingAsync(ChannelId channel, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/ring", channel.Value), ct);

    /// <summary>Ends a ring-back tone that Asterisk makes itself; a 180 that was sent cannot be taken back.</summary>
    public Task StopRingingAsync(ChannelId channel, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "channels/{channelId}/ring", channel.Value), ct);

    /// <summary>Opens early media (SIP 183).</summary>
    public Task ProgressAsync(ChannelId channel, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/progress", channel.Value), ct);

    /// <summary>Ends the channel; success when it is gone already.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="q850Cause">Why: 16 normal, 17 busy (SIP 486), 19 no answer (480), 21 rejected (403), 26 answered elsewhere.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task HangUpAsync(ChannelId channel, int q850Cause = 16, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "channels/{channelId}", channel.Value).With("reason_code", q850Cause), ct);

    /// <summary>Ends the channel, with the reason as a word; success when it is gone already.</summary>
    public Task HangUpAsync(ChannelId channel, HangUpReason reason, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "channels/{channelId}", channel.Value).With("reason", Words.Of(reason)), ct);

    /// <summary>
    /// Sends the channel back to the dialplan; without a place it goes on after Stasis(). A place that does not exist ends the channel.
    /// </summary>
    public Task ContinueAsync(
        ChannelId channel, string? context = null, string? extension = null, int? priority = null, string? label = null,
        CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/continue", channel.Value)
            .With("context", context).With("extension", extension).With("priority", priority).With("label", label),
        ct);

    /// <summary>
    /// Hands the channel to another Stasis application: StasisEnd here, StasisStart there. When there is no such application Asterisk says
    /// 204 all the same, and the channel stays with an <see cref="ApplicationMoveFailed"/>.
    /// </summary>
    public Task MoveAsync(ChannelId channel, string app, string? appArgs = null, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/move", channel.Value).With("app", app).With("appArgs", appArgs), ct);

    /// <summary>
    /// Tells the caller to call another address instead (SIP 302): <c>PJSIP/sip:ada@example.com</c>. Of the channel's own technology only,
    /// else 422. An address that is no URI is taken, and then nothing happens (22.10.1, tried).
    /// </summary>
    public Task RedirectAsync(ChannelId channel, string endpoint, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/redirect", channel.Value).With("endpoint", endpoint), ct);

    /// <summary>
    /// Tells the phone how far the transfer is that it asked for (<see cref="ChannelTransfer"/>). It must be told: it waits for that, and
    /// hears of it from nobody else when <c>PJSIP_TRANSFER_HANDLING</c> is <c>ari-only</c>.
    /// </summary>
    public Task TellTransferProgressAsync(ChannelId channel, TransferProgress progress, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/transfer_progress", channel.Value).With("states", "channel_" + Words.Of(progress)), ct);

    /// <summary>
    /// A variable's or dialplan function's value; null when there is none. Asterisk says that with 404, and with 500
    /// "Unable to read" for a function (a SIP header that is not there).
    /// </summary>
    public Task<string?> GetVariableAsync(ChannelId channel, string name, CancellationToken ct = default) =>
        ReadVariableAsync("channels/{channelId}", channel.Value, name, ct);

    /// <summary>
    /// Several variables; one that there is not is null. One request when there are all of them, else one each:
    /// Asterisk answers 404 to the whole list when one is missing (22.10.1, tried).
    /// </summary>
    public Task<IReadOnlyDictionary<string, string?>> GetVariablesAsync(
        ChannelId channel, IEnumerable<string> names, CancellationToken ct = default) =>
        ReadVariablesAsync("channels/{channelId}", channel.Value, names, ct);

    /// <summary>Sets a variable, or writes a dialplan function.</summary>
    /// <param name="name">A variable, or a function with its arguments.</param>
    /// <param name="value">Null takes it away.</param>
    /// <param name="reportEvents">Whether every event carries the variable from now on.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task SetVariableAsync(
        ChannelId channel, string name, string? value, bool? reportEvents = null, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/variable", channel.Value)
            .With("variable", name).With("value", value).With("report_events", reportEvents),
        ct);

    /// <summary>Several variables in one request (22.10).</summary>
    /// <param name="variables">Their names and values.</param>
    /// <param name="reportEvents">Whether every event carries them from now on.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task SetVariablesAsync(
        ChannelId channel, IReadOnlyDictionary<string, string> variables, bool reportEvents = false, CancellationToken ct = default) =>
        SendAsync(Variables(new("POST", "channels/{channelId}/variables", channel.Value), variables, reportEvents), ct);

    /// <summary>
    /// Sends silence until it is stopped. Asterisk sends nothing at all before something is played or bridged, and WhatsApp
    /// waits for our first packet. Playing something ends it for good.
    /// </summary>
    public Task SilenceAsync(ChannelId channel, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/silence", channel.Value), ct);

    public Task StopSilenceAsync(ChannelId channel, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "channels/{channelId}/silence", channel.Value), ct);

    /// <summary>Sends digits to the channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="digits">0-9, A-D, * and #.</param>
    /// <param name="toneMilliseconds">Length of each tone; null is Asterisk's 100.</param>
    /// <param name="gapMilliseconds">Silence between them; null is Asterisk's 100.</param>
    /// <param name="beforeMilliseconds">Silence before the first; null is none.</param>
    /// <param name="afterMilliseconds">Silence after the last; null is none.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task SendDtmfAsync(
        ChannelId channel, string digits, int? toneMilliseconds = null, int? gapMilliseconds = null,
        int? beforeMilliseconds = null, int? afterMilliseconds = null, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/dtmf", channel.Value)
            .With("dtmf", digits).With("duration", toneMilliseconds).With("between", gapMilliseconds)
            .With("before", beforeMilliseconds).With("after", afterMilliseconds),
        ct);

    /// <summary>Makes a channel to another program, and connects it; it enters the application at once. 500 for an unknown codec.</summary>
    public Task<Channel> ExternalMediaAsync(ChannelId channel, ExternalMediaRequest request, CancellationToken ct = default) => SendAsync(
        Variables(
            new AriRequest("POST", "channels/externalMedia")
                .With("channelId", channel.Value)
                .With("app", request.App)
                .With("external_host", request.ExternalHost)
                .With("encapsulation", Words.Of(request.Encapsulation))
                .With("transport", Words.Of(request.Transport))
                .With("connection_type", Words.Of(request.ConnectionType))
                .With("format", request.Format)
                .With("direction", Words.Of(request.Direction))
                .With("data", request.Data)
                .With("transport_data", request.TransportData),
            request.Variables, request.ReportedVariables),
        AriJsonContext.Default.Channel, ct);

    /// <summary>
    /// Makes a channel <paramref name="snoop"/> that listens to <paramref name="channel"/> or whispers to it. It ends with the channel, and
    /// the last that is told of it is its StasisEnd. 400 when it is to do neither.
    /// </summary>
    public Task<Channel> SnoopAsync(ChannelId channel, ChannelId snoop, SnoopRequest request, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/snoop/{snoopId}", channel.Value, snoop.Value)
            .With("app", request.App)
            .With("appArgs", request.AppArgs)
            .With("spy", Words.Of(request.Spy))
            .With("whisper", Words.Of(request.Whisper)),
        AriJsonContext.Default.Channel, ct);

    public Task MuteAsync(ChannelId channel, MuteDirection direction = MuteDirection.Both, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/mute", channel.Value).With("direction", Words.Of(direction)), ct);

    public Task UnmuteAsync(ChannelId channel, MuteDirection direction = MuteDirection.Both, CancellationToken ct = default) => EndAsync(
        new AriRequest("DELETE", "channels/{channelId}/mute", channel.Value).With("direction", Words.Of(direction)), ct);

    /// <summary>Tells the channel's device that it is on hold. Never on Meta's leg: that would be a re-INVITE.</summary>
    public Task HoldAsync(ChannelId channel, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/hold", channel.Value), ct);

    public Task UnholdAsync(ChannelId channel, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "channels/{channelId}/hold", channel.Value), ct);

    /// <summary>
    /// Plays music on hold. Asterisk says 204 even when the class does not exist, and plays nothing. Playing something else ends it for
    /// good.
    /// </summary>
    public Task StartMusicAsync(ChannelId channel, string? musicClass = null, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/moh", channel.Value).With("mohClass", musicClass), ct);

    public Task StopMusicAsync(ChannelId channel, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "channels/{channelId}/moh", channel.Value), ct);

    /// <summary>
    /// How the channel's sound fares on its way; null when the channel is gone, or carries no RTP that Asterisk counts: only SIP does.
    /// Of a Local channel it says 403 "Unsupported channel type", of external media 404 (22.10.1, tried).
    /// </summary>
    public async Task<RtpStatistics?> GetRtpStatisticsAsync(ChannelId channel, CancellationToken ct = default)
    {
        try
        {
            return await SendAsync(
                new("GET", "channels/{channelId}/rtp_statistics", channel.Value), AriJsonContext.Default.RtpStatistics, ct);
        }
        catch (AriException e) when (e.IsNotFound || e.Status == 403)
        {
            return null;
        }
    }
}
