namespace Ringway.Ari;

/// <summary>A channel that Asterisk makes and dials at once; it enters the application when it is answered.</summary>
public sealed record OriginateRequest
{
    /// <summary>Whom: <c>PJSIP/ada</c>, <c>PJSIP/+15551230001@line-main</c>, <c>Local/600@echo</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The application that gets it, once answered. An inactive one: ARI says 200, and the channel dies in silence.</summary>
    public required string App { get; init; }

    /// <summary>Comma-separated arguments for its StasisStart.</summary>
    public string? AppArgs { get; init; }

    /// <summary><c>Name &lt;number&gt;</c>; without one the call goes out as Anonymous.</summary>
    public string? CallerId { get; init; }

    /// <summary>Seconds until Asterisk gives up; null is Asterisk's 30, -1 never.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Comma-separated codecs to offer; with <see cref="Originator"/> it must be null.</summary>
    public string? Formats { get; init; }

    /// <summary>The channel for whose sake it is made: its codecs are offered first.</summary>
    public ChannelId? Originator { get; init; }

    /// <summary>Channel variables and dialplan functions, set before dialling.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }
}

/// <summary>A channel that enters the application at once, state Down, to be dialled with <see cref="AriClient.DialAsync"/>.</summary>
public sealed record CreateRequest
{
    /// <inheritdoc cref="OriginateRequest.Endpoint"/>
    public required string Endpoint { get; init; }

    public required string App { get; init; }

    /// <inheritdoc cref="OriginateRequest.AppArgs"/>
    public string? AppArgs { get; init; }

    /// <inheritdoc cref="OriginateRequest.Formats"/>
    public string? Formats { get; init; }

    /// <inheritdoc cref="OriginateRequest.Originator"/>
    public ChannelId? Originator { get; init; }

    /// <summary>Set before dialling. CALLERID has no effect here; CONNECTEDLINE(all,i) has, or the caller given to dial.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }
}

/// <summary>A channel whose sound comes from and goes to another program.</summary>
public sealed record ExternalMediaRequest
{
    public required string App { get; init; }

    /// <summary><c>host:port</c>, or for a WebSocket the name of a client in websocket_client.conf or <c>INCOMING</c>.</summary>
    public string? ExternalHost { get; init; }

    /// <summary>A codec: <c>opus</c>, <c>slin48</c>, <c>ulaw</c>.</summary>
    public required string Format { get; init; }

    /// <summary><c>rtp</c> (default), <c>audiosocket</c>, <c>none</c>.</summary>
    public string? Encapsulation { get; init; }

    /// <summary><c>udp</c> (default), <c>tcp</c>, <c>websocket</c>.</summary>
    public string? Transport { get; init; }

    /// <summary><c>client</c> (default) or <c>server</c>.</summary>
    public string? ConnectionType { get; init; }

    public string? Direction { get; init; }

    public string? Data { get; init; }

    public string? TransportData { get; init; }

    public IReadOnlyDictionary<string, string>? Variables { get; init; }
}

/// <summary>A channel that listens to another one, or whispers to it. It enters the application itself.</summary>
public sealed record SnoopRequest
{
    public required string App { get; init; }

    public string? AppArgs { get; init; }

    /// <summary>What to listen to: <c>none</c>, <c>both</c>, <c>out</c>, <c>in</c>.</summary>
    public string? Spy { get; init; }

    /// <summary>Where to speak into: <c>none</c>, <c>both</c>, <c>out</c>, <c>in</c>.</summary>
    public string? Whisper { get; init; }
}

/// <summary>Which way sound is stopped: what the channel says (in), what it hears (out).</summary>
public enum MuteDirection
{
    Both,
    In,
    Out,
}

public sealed partial class AriClient
{
    public async Task<IReadOnlyList<Channel>> ListChannelsAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "channels"), AriJsonContext.Default.ChannelArray, ct);

    /// <summary>The channel as it is now; null when it is gone.</summary>
    public Task<Channel?> GetChannelAsync(ChannelId channel, CancellationToken ct = default) =>
        FindAsync(new("GET", "channels/{channelId}", channel.Value), AriJsonContext.Default.Channel, ct);

    /// <summary>Makes a channel and dials it. The id must be new: 409 says that it was done already.</summary>
    public Task<Channel> OriginateAsync(ChannelId channel, OriginateRequest request, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}", channel.Value)
            .With("endpoint", request.Endpoint)
            .With("app", request.App)
            .With("appArgs", request.AppArgs)
            .With("callerId", request.CallerId)
            .With("timeout", request.TimeoutSeconds)
            .With("formats", request.Formats)
            .With("originator", request.Originator?.Value)
            .WithVariables(request.Variables),
        AriJsonContext.Default.Channel, ct);

    /// <summary>
    /// Makes a channel that is not dialled yet. Wait for its StasisStart before <see cref="DialAsync"/> or
    /// <see cref="AddToBridgeAsync(BridgeId, ChannelId, CancellationToken)"/>: before it Asterisk answers 409 "not in Stasis" now and then.
    /// </summary>
    public Task<Channel> CreateAsync(ChannelId channel, CreateRequest request, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/create")
            .With("channelId", channel.Value)
            .With("endpoint", request.Endpoint)
            .With("app", request.App)
            .With("appArgs", request.AppArgs)
            .With("formats", request.Formats)
            .With("originator", request.Originator?.Value)
            .WithVariables(request.Variables),
        AriJsonContext.Default.Channel, ct);

    /// <summary>Dials a created channel.</summary>
    /// <param name="channel">The created channel.</param>
    /// <param name="caller">The channel that calls; its caller id is presented.</param>
    /// <param name="timeoutSeconds">Until Asterisk gives up (cause 19); 0 never.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task DialAsync(ChannelId channel, ChannelId? caller = null, int timeoutSeconds = 0, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/dial", channel.Value)
            .With("caller", caller?.Value)
            .With("timeout", timeoutSeconds),
        ct);

    public Task AnswerAsync(ChannelId channel, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/answer", channel.Value), ct);

    /// <summary>Tells the caller that it rings (SIP 180).</summary>
    public Task RingAsync(ChannelId channel, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/ring", channel.Value), ct);

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

    /// <summary>Sends the channel back to the dialplan; without a place it goes on after Stasis().</summary>
    public Task ContinueAsync(
        ChannelId channel, string? context = null, string? extension = null, int? priority = null, string? label = null,
        CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/continue", channel.Value)
            .With("context", context).With("extension", extension).With("priority", priority).With("label", label),
        ct);

    /// <summary>Hands the channel to another Stasis application.</summary>
    public Task MoveAsync(ChannelId channel, string app, string? appArgs = null, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/move", channel.Value).With("app", app).With("appArgs", appArgs), ct);

    /// <summary>
    /// A variable's or dialplan function's value; null when there is none. Asterisk says that with 404, and with 500
    /// "Unable to read" for a function (a SIP header that is not there).
    /// </summary>
    public async Task<string?> GetVariableAsync(ChannelId channel, string name, CancellationToken ct = default)
    {
        try
        {
            var answer = await SendAsync(
                new AriRequest("GET", "channels/{channelId}/variable", channel.Value).With("variable", name),
                AriJsonContext.Default.VariableAnswer, ct);
            return answer.Value;
        }
        catch (AriException e) when (SaysAbsent(e))
        {
            return null;
        }
    }

    /// <summary>
    /// Several variables; one that the channel does not have is null. One request when it has all of them, else one each:
    /// Asterisk answers 404 to the whole list when one is missing (22.10.1, tried).
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string?>> GetVariablesAsync(
        ChannelId channel, IEnumerable<string> names, CancellationToken ct = default)
    {
        string[] wanted = [.. names];
        try
        {
            var answer = await SendAsync(
                new AriRequest("GET", "channels/{channelId}/variables", channel.Value).With("variables", string.Join(',', wanted)),
                AriJsonContext.Default.VariablesAnswer, ct);
            return answer.Variables;
        }
        catch (AriException e) when (SaysAbsent(e))
        {
            var values = await Task.WhenAll(wanted.Select(name => GetVariableAsync(channel, name, ct)));
            return wanted.Zip(values).ToDictionary();
        }
    }

    public Task SetVariableAsync(ChannelId channel, string name, string value, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/variable", channel.Value).With("variable", name).With("value", value), ct);

    /// <summary>Several variables in one request.</summary>
    public Task SetVariablesAsync(ChannelId channel, IReadOnlyDictionary<string, string> variables, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/variables", channel.Value).WithVariables(variables), ct);

    /// <summary>Plays a sound to the channel: <c>sound:hello</c>, <c>tone:ring;tonezone=us</c>, <c>digits:123</c>.</summary>
    public Task<Playback> PlayAsync(
        ChannelId channel, string media, string? playbackId = null, string? language = null, CancellationToken ct = default) => SendAsync(
        Play("channels/{channelId}/play", channel.Value, media, playbackId, language), AriJsonContext.Default.Playback, ct);

    /// <summary>
    /// Sends silence until it is stopped. Asterisk sends nothing at all before something is played or bridged, and WhatsApp
    /// waits for our first packet.
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
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task SendDtmfAsync(
        ChannelId channel, string digits, int? toneMilliseconds = null, int? gapMilliseconds = null,
        CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/dtmf", channel.Value)
            .With("dtmf", digits).With("duration", toneMilliseconds).With("between", gapMilliseconds),
        ct);

    public Task<Channel> ExternalMediaAsync(ChannelId channel, ExternalMediaRequest request, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/externalMedia")
            .With("channelId", channel.Value)
            .With("app", request.App)
            .With("external_host", request.ExternalHost)
            .With("encapsulation", request.Encapsulation)
            .With("transport", request.Transport)
            .With("connection_type", request.ConnectionType)
            .With("format", request.Format)
            .With("direction", request.Direction)
            .With("data", request.Data)
            .With("transport_data", request.TransportData)
            .WithVariables(request.Variables),
        AriJsonContext.Default.Channel, ct);

    /// <summary>Makes a channel <paramref name="snoop"/> that listens to <paramref name="channel"/> or whispers to it.</summary>
    public Task<Channel> SnoopAsync(ChannelId channel, ChannelId snoop, SnoopRequest request, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/snoop/{snoopId}", channel.Value, snoop.Value)
            .With("app", request.App)
            .With("appArgs", request.AppArgs)
            .With("spy", request.Spy)
            .With("whisper", request.Whisper),
        AriJsonContext.Default.Channel, ct);

    public Task MuteAsync(ChannelId channel, MuteDirection direction = MuteDirection.Both, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "channels/{channelId}/mute", channel.Value).With("direction", Word(direction)), ct);

    public Task UnmuteAsync(ChannelId channel, MuteDirection direction = MuteDirection.Both, CancellationToken ct = default) => EndAsync(
        new AriRequest("DELETE", "channels/{channelId}/mute", channel.Value).With("direction", Word(direction)), ct);

    /// <summary>Tells the channel's device that it is on hold. Never on Meta's leg: that would be a re-INVITE.</summary>
    public Task HoldAsync(ChannelId channel, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/hold", channel.Value), ct);

    public Task UnholdAsync(ChannelId channel, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "channels/{channelId}/hold", channel.Value), ct);

    /// <summary>Plays music on hold. Asterisk says 204 even when the class does not exist, and plays nothing.</summary>
    public Task StartMusicAsync(ChannelId channel, string? musicClass = null, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "channels/{channelId}/moh", channel.Value).With("mohClass", musicClass), ct);

    public Task StopMusicAsync(ChannelId channel, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "channels/{channelId}/moh", channel.Value), ct);

    private static bool SaysAbsent(AriException e) =>
        e.IsNotFound || (e.Status == 500 && e.AsteriskMessage.Contains("Unable to read", StringComparison.OrdinalIgnoreCase));

    private static string Word(MuteDirection direction) => direction switch
    {
        MuteDirection.In => "in",
        MuteDirection.Out => "out",
        _ => "both",
    };

    private static AriRequest Play(string route, string target, string media, string? playbackId, string? language) =>
        new AriRequest("POST", route, target).With("media", media).With("playbackId", playbackId).With("lang", language);
}
