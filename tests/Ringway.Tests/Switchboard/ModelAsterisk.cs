using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Ringway.Ari;

namespace Ringway.Tests.Switchboard;

/// <summary>
/// A scripted neighbour that speaks ARI over a real WebSocket and keeps channels and bridges as Asterisk does: what is not
/// there cannot be answered, what exists cannot be made again, and what happens while nobody listens is told to nobody. A leg
/// that is answered then ends, as with the real one: its application is not there.
/// </summary>
internal sealed class ModelAsterisk
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Leg> _channels = [];
    private readonly Dictionary<string, HashSet<string>> _bridges = [];
    private readonly Channel<string> _events = System.Threading.Channels.Channel.CreateUnbounded<string>();
    private readonly List<string> _commands = [];
    private TaskCompletionSource _changed = new();
    private int _listeners;
    private bool _holdAnswers;
    private readonly List<Func<Task>> _heldAnswers = [];

    public string StartedAt { get; set; } = "2026-03-02T08:00:00.000+0000";

    /// <summary>Commands as "METHOD path", in the order in which they came; questions are left out.</summary>
    public IReadOnlyList<string> Commands
    {
        get { lock (_gate) return [.. _commands]; }
    }

    public IReadOnlyCollection<string> Channels
    {
        get { lock (_gate) return [.. _channels.Keys]; }
    }

    public IReadOnlyCollection<string> Bridges
    {
        get { lock (_gate) return [.. _bridges.Keys]; }
    }

    public bool IsListenedTo
    {
        get { lock (_gate) return _listeners > 0; }
    }

    public IReadOnlyCollection<string> InBridge(string bridge)
    {
        lock (_gate) return _bridges.TryGetValue(bridge, out var members) ? [.. members] : [];
    }

    /// <summary>Answers this instead of obeying, for commands that begin so ("POST bridges").</summary>
    public Dictionary<string, int> Refuses { get; } = [];

    /// <summary>A leg that is answered in the moment it is rung.</summary>
    public string? AnswersAtOnce { get; set; }

    /// <summary>How often somebody wanted to know what sound comes from a leg.</summary>
    public int Asked(string channel)
    {
        lock (_gate) return _channels.GetValueOrDefault(channel)?.Asked ?? 0;
    }

    /// <summary>Legs bring sound; else Asterisk counts no packets of theirs.</summary>
    public bool SoundComes { get; set; } = true;

    /// <summary>Called before each command is obeyed, with the number of commands so far; a place to die at.</summary>
    public Action<int>? BeforeCommand { get; set; }

    /// <summary>Commands are obeyed, and nobody is told so until the end of the test.</summary>
    public void HoldAnswers() => _holdAnswers = true;

    /// <summary>An application connects, until the socket ends.</summary>
    public Task ConnectAsync(AriApplication application, CancellationToken ct)
    {
        var (ours, theirs) = SocketPair.Create();
        var serving = application.AcceptAsync(ours, ct);
        lock (_gate) _listeners++;
        _ = TalkAsync(theirs, ct);
        return serving;
    }

    public void Arrive(string channel, string from, string line, string name = "", string app = "ringway-1")
    {
        lock (_gate)
        {
            _channels[channel] = new(channel, app, "Ring", from, name, $"{app},inbound,{line}");
            Say("StasisStart", channel, e => e["args"] = new JsonArray("inbound", line));
        }
    }

    /// <summary>Somebody answers a leg that we called.</summary>
    public void PickUp(string channel)
    {
        lock (_gate)
        {
            if (_channels.TryGetValue(channel, out var leg) && _listeners == 0)
            {
                End(channel, 16, 0);
            }
            else if (leg is not null)
            {
                leg.State = "Up";
                Say("StasisStart", channel, e => e["args"] = new JsonArray("agent"));
            }
        }
    }

    public void Rings(string channel)
    {
        lock (_gate)
        {
            _channels[channel].State = "Ringing";
            Say("ChannelStateChange", channel);
        }
    }

    public void HangUp(string channel, int cause = 16, int techCause = 0)
    {
        lock (_gate)
        {
            if (_channels.ContainsKey(channel))
            {
                End(channel, cause, techCause);
            }
        }
    }

    /// <summary>The absolute timeout took the caller out of Stasis; the dialplan rings the agents.</summary>
    public void FallIntoTheNet(string channel)
    {
        lock (_gate)
        {
            Say("StasisEnd", channel);
            _channels[channel].DialplanApp = "Dial";
        }
    }

    /// <summary>Every call is gone and it is another Asterisk that answers.</summary>
    public void Restart(string startedAt)
    {
        lock (_gate)
        {
            (StartedAt, _) = (startedAt, 0);
            _channels.Clear();
            _bridges.Clear();
        }
    }

    public string? VariableOf(string channel, string name)
    {
        lock (_gate) return _channels.GetValueOrDefault(channel)?.Variables.GetValueOrDefault(name);
    }

    /// <summary>Waits, by being told of every change, until something holds.</summary>
    public async Task UntilAsync(string what, Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (holds())
            {
                return;
            }

            try
            {
                await changed.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Never happened: {what}. Commands so far: {string.Join("; ", Commands)}");
            }
        }
    }

    /// <summary>What is played to a channel, or recorded from it, comes to its end.</summary>
    public void FinishSound(string channel)
    {
        lock (_gate)
        {
            var leg = _channels[channel];
            _events.Writer.TryWrite(leg.Plays!);
            leg.Plays = leg.PlaysNext.TryDequeue(out var next) ? next : null;
            Changed();
        }
    }

    public void Press(string channel, char key)
    {
        lock (_gate)
            _events.Writer.TryWrite($$"""{"type":"ChannelDtmfReceived","application":"ringway-1","timestamp":"2026-03-02T12:00:00.000+0000","digit":"{{key}}","duration_ms":100,"channel":{{_channels[channel].ToJson()}} }""");
    }

    public bool HearsMusic(string channel)
    {
        lock (_gate) return _channels.GetValueOrDefault(channel)?.Music ?? false;
    }

    /// <summary>The legs that were to hear a moment of silence, in this order.</summary>
    public ConcurrentQueue<string> Hushed { get; } = new();

    /// <summary>Cannot play that at first, as when a bridge changes in that moment.</summary>
    public bool StumblesOverHush { get; set; }

    /// <summary>How many sounds are played to it or wait for their turn.</summary>
    public int Plays(string channel)
    {
        lock (_gate) return _channels.GetValueOrDefault(channel) is { Plays: not null } leg ? 1 + leg.PlaysNext.Count : 0;
    }

    public bool HearsOrSpeaks(string channel)
    {
        lock (_gate) return IsHeard(channel);
    }

    /// <summary>Something outside of Asterisk changed that a test may wait for.</summary>
    public void Nudge()
    {
        lock (_gate)
        {
            Changed();
        }
    }

    private async Task TalkAsync(WebSocket socket, CancellationToken ct)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var sending = new SemaphoreSlim(1);
        var speaking = SpeakAsync(socket, sending, gone.Token);
        try
        {
            var buffer = new byte[64 * 1024];
            while (true)
            {
                var (received, length) = (await socket.ReceiveAsync(buffer.AsMemory(), gone.Token), 0);
                length += received.Count;
                while (!received.EndOfMessage)
                {
                    received = await socket.ReceiveAsync(buffer.AsMemory(length), gone.Token);
                    length += received.Count;
                }

                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                var request = JsonNode.Parse(buffer.AsSpan(0, length))!;
                BeforeCommand?.Invoke(Commands.Count);
                var (status, body) = Obey(request);
                Func<Task> answer = () => SendAsync(socket, sending, Response(request, status, body), gone.Token);
                if (_holdAnswers)
                {
                    _heldAnswers.Add(answer);
                }
                else
                {
                    await answer();
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The other end died; that is what some tests are about.
        }
        finally
        {
            lock (_gate)
            {
                _listeners--;
                Changed();
            }

            await gone.CancelAsync();
            await speaking;
        }
    }

    private async Task SpeakAsync(WebSocket socket, SemaphoreSlim sending, CancellationToken ct)
    {
        try
        {
            while (await _events.Reader.WaitToReadAsync(ct))
            {
                while (_events.Reader.TryRead(out var next))
                {
                    await SendAsync(socket, sending, next, ct);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private static async Task SendAsync(WebSocket socket, SemaphoreSlim sending, string message, CancellationToken ct)
    {
        await sending.WaitAsync(ct);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, ct);
        }
        finally
        {
            sending.Release();
        }
    }

    private static string Response(JsonNode request, int status, string? body) => new JsonObject
    {
        ["type"] = "RESTResponse",
        ["request_id"] = request["request_id"]!.GetValue<string>(),
        ["status_code"] = status,
        ["reason_phrase"] = status < 300 ? "OK" : "Refused",
        ["uri"] = request["uri"]!.GetValue<string>(),
        ["message_body"] = body,
    }.ToJsonString();

    private (int Status, string? Body) Obey(JsonNode request)
    {
        lock (_gate)
        {
            var method = request["method"]!.GetValue<string>();
            var path = Uri.UnescapeDataString(request["uri"]!.GetValue<string>());
            var command = $"{method} {path}";
            if (method is "POST" or "DELETE")
            {
                _commands.Add(command);
            }

            var refused = Refuses.FirstOrDefault(rule => command.StartsWith(rule.Key, StringComparison.Ordinal));
            var answer = refused.Key is null ? Obey(method, path.Split('/'), request) : (refused.Value, """{"message":"No."}""");
            Changed();
            return answer;
        }
    }

    private (int, string?) Obey(string method, string[] path, JsonNode request) => (method, path) switch
    {
        ("GET", ["asterisk", "info"]) => (200, $$$"""{"status":{"startup_time":"{{{StartedAt}}}","last_reload_time":"{{{StartedAt}}}"}}"""),
        ("PUT", ["applications", var name, "eventFilter"]) => (200, $$"""{"name":"{{name}}","channel_ids":[],"bridge_ids":[],"endpoint_ids":[],"device_names":[],"events_allowed":[],"events_disallowed":[]}"""),
        ("GET", ["channels"]) => (200, new JsonArray([.. _channels.Values.Select(leg => leg.ToJson())]).ToJsonString()),
        ("GET", ["bridges"]) => (200, new JsonArray([.. _bridges.Select(b => BridgeJson(b.Key))]).ToJsonString()),
        ("GET", ["channels", var id]) => _channels.TryGetValue(id, out var leg) ? (200, leg.ToJson().ToJsonString()) : NotFound,
        ("GET", ["channels", var id, "rtp_statistics"]) => _channels.TryGetValue(id, out var heard) ? (200, $$"""{"txcount":0,"rxcount":{{heard.Count(SoundComes)}}}""") : NotFound,
        ("GET", ["channels", var id, "variable"]) => Variable(id, Query(request, "variable")!),
        ("POST", ["channels", var id]) => Originate(id, request),
        // The real one would answer when it has played, and meanwhile work off nothing.
        ("POST", ["channels", var id, "variable"]) when IsHeard(id) => (500, """{"message":"This would hold up the socket."}"""),
        ("POST", ["channels", var id, "variable"]) => On(id, leg => leg.Variables[Query(request, "variable")!] = Query(request, "value")!),
        ("POST", ["channels", var id, "ring"]) => On(id, leg => leg.State = "Ringing"),
        ("POST", ["channels", var id, "answer"]) => On(id, leg => leg.State = "Up"),
        ("POST", ["channels", var id, "moh"]) when _bridges.Values.Any(members => members.Contains(id)) => (409, """{"message":"In a bridge."}"""),
        ("POST", ["channels", var id, "moh"]) => On(id, leg => leg.Music = true),
        ("DELETE", ["channels", var id, "moh"]) => On(id, leg => leg.Music = false),
        ("POST", ["channels", var id, "snoop", var snoop]) => Snoop(id, snoop, request),
        ("POST", ["channels", var id, "play"]) => Play(id, Query(request, "playbackId")!, Query(request, "media")!),
        ("POST", ["channels", var id, "record"]) => Record(id, Query(request, "name")!),
        ("DELETE", ["playbacks", var id]) => StopPlaying(id),
        ("POST", ["bridges", var id, "removeChannel"]) => _bridges.TryGetValue(id, out var members) && members.Remove(Query(request, "channel")!) ? (204, null) : (422, """{"message":"Not in it."}"""),
        ("DELETE", ["channels", var id]) when id.Contains(".tap.", StringComparison.Ordinal) =>
            (500, """{"message":"Taps end with the leg that is listened to."}"""),
        ("DELETE", ["channels", var id]) => On(id, _ => End(id, int.Parse(Query(request, "reason_code") ?? "16"), 0)),
        ("POST", ["bridges", var id]) => OpenBridge(id),
        ("POST", ["bridges", _, "addChannel"]) when Query(request, "channel")!.Split(',').Any(IsHeard) => (500, """{"message":"This would hold up the socket."}"""),
        ("POST", ["bridges", var id, "addChannel"]) => Join(id, Query(request, "channel")!.Split(',')),
        ("DELETE", ["bridges", var id]) => _bridges.Remove(id) ? (204, null) : NotFound,
        _ => (400, $$"""{"message":"The model does not know {{method}} {{string.Join('/', path)}}."}"""),
    };

    private static (int, string?) NotFound => (404, """{"message":"Not found"}""");

    private (int, string?) On(string id, Action<Leg> act)
    {
        if (!_channels.TryGetValue(id, out var leg))
        {
            return NotFound;
        }

        act(leg);
        return (204, null);
    }

    private bool IsHeard(string id) => _channels.GetValueOrDefault(id)?.Plays is not null;

    private (int, string?) Play(string id, string playback, string media)
    {
        if (!_channels.TryGetValue(id, out var leg)) return NotFound;
        var plays = $$"""{"type":"PlaybackFinished","application":"ringway-1","timestamp":"2026-03-02T12:00:00.000+0000","playback":{"id":"{{playback}}","media_uri":"{{media}}","target_uri":"channel:{{id}}","language":"en","state":"{{(StumblesOverHush && playback.EndsWith(".hush", StringComparison.Ordinal) ? "failed" : "done")}}"} }""";
        if (media.EndsWith("/hush", StringComparison.Ordinal))
        {
            Hushed.Enqueue(id);
            _events.Writer.TryWrite(plays);
        }

        // What is played while something is heard waits for its turn, as with the real one.
        else if (leg.Plays is null) leg.Plays = plays;
        else leg.PlaysNext.Enqueue(plays);
        return (201, $$"""{"id":"{{playback}}","media_uri":"{{media}}","target_uri":"channel:{{id}}","language":"en","state":"queued"}""");
    }

    private (int, string?) StopPlaying(string playback)
    {
        bool Is(string? plays) => plays?.Contains($"\"{playback}\"", StringComparison.Ordinal) == true;
        if (_channels.Values.FirstOrDefault(leg => Is(leg.Plays) || leg.PlaysNext.Any(Is)) is not { } leg) return NotFound;
        string?[] all = [leg.Plays, .. leg.PlaysNext];
        _events.Writer.TryWrite(all.First(Is)!);
        leg.PlaysNext.Clear();
        foreach (var rest in all.Where(plays => !Is(plays)).Skip(1)) leg.PlaysNext.Enqueue(rest!);
        leg.Plays = all.FirstOrDefault(plays => !Is(plays));
        return (204, null);
    }

    private (int, string?) Record(string id, string name)
    {
        if (!_channels.TryGetValue(id, out var leg)) return NotFound;
        leg.Plays = $$"""{"type":"RecordingFinished","application":"ringway-1","timestamp":"2026-03-02T12:00:00.000+0000","recording":{"name":"{{name}}","format":"wav16","state":"done","target_uri":"channel:{{id}}"} }""";
        return (201, $$"""{"name":"{{name}}","format":"wav16","state":"queued","target_uri":"channel:{{id}}"}""");
    }

    private (int, string?) Snoop(string id, string snoop, JsonNode request)
    {
        if (!_channels.ContainsKey(id)) return NotFound;
        if (_channels.ContainsKey(snoop)) return (500, """{"message":"Snoop channel could not be created"}"""); // so does 22.10.1
        _channels[snoop] = new Leg(snoop, Query(request, "app")!, "Up", "", "", "") { ListensTo = id };
        Say("StasisStart", snoop, e => e["args"] = new JsonArray(Query(request, "appArgs")));
        return (200, _channels[snoop].ToJson().ToJsonString());
    }

    private (int, string?) Originate(string id, JsonNode request)
    {
        if (_channels.ContainsKey(id))
        {
            return (409, """{"message":"Channel with given unique ID already exists"}""");
        }

        var leg = new Leg(id, Query(request, "app")!, "Down", Query(request, "callerId") ?? "", "", $"{Query(request, "app")},{Query(request, "appArgs")}");
        if (request["message_body"] is { } body)
        {
            foreach (var (name, value) in JsonNode.Parse(body.GetValue<string>())!["variables"]!.AsObject())
            {
                leg.Variables[name] = value!.GetValue<string>();
            }
        }

        _channels[id] = leg;
        var made = leg.ToJson().ToJsonString();
        if (id == AnswersAtOnce)
        {
            PickUp(id);
        }

        return (200, made);
    }

    private (int, string?) OpenBridge(string id)
    {
        _bridges.TryAdd(id, []);
        return (200, BridgeJson(id).ToJsonString());
    }

    private (int, string?) Join(string id, string[] channels)
    {
        if (!_bridges.TryGetValue(id, out var members) || channels.Any(channel => !_channels.ContainsKey(channel)))
        {
            return NotFound;
        }

        foreach (var other in _bridges.Values) other.ExceptWith(channels);
        members.UnionWith(channels);
        return (204, null);
    }

    private (int, string?) Variable(string id, string name) =>
        _channels.GetValueOrDefault(id)?.Variables.GetValueOrDefault(name) is { } value
            ? (200, new JsonObject { ["value"] = value }.ToJsonString())
            : NotFound;

    private void End(string channel, int cause, int techCause)
    {
        Say("ChannelHangupRequest", channel, e => (e["cause"], e["tech_cause"]) = (cause, techCause));
        Say("StasisEnd", channel);
        Say("ChannelDestroyed", channel, e => (e["cause"], e["cause_txt"], e["tech_cause"]) = (cause, "", techCause));
        _channels.Remove(channel);
        foreach (var snoop in _channels.Where(other => other.Value.ListensTo == channel).Select(other => other.Key).ToList()) End(snoop, cause: 0, techCause: 0);
        foreach (var members in _bridges.Values)
        {
            members.Remove(channel);
        }

        Changed();
    }

    private void Say(string type, string channel, Action<JsonObject>? more = null)
    {
        var leg = _channels[channel];
        var said = new JsonObject
        {
            ["type"] = type,
            ["application"] = leg.App,
            ["timestamp"] = "2026-03-02T12:00:00.000+0000",
            ["channel"] = leg.ToJson(),
        };
        more?.Invoke(said);
        if (_listeners > 0)
        {
            _events.Writer.TryWrite(said.ToJsonString());
        }
    }

    private void Changed()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
    }

    private JsonObject BridgeJson(string id) => new()
    {
        ["id"] = id,
        ["technology"] = "simple_bridge",
        ["bridge_type"] = "mixing",
        ["bridge_class"] = "stasis",
        ["creator"] = "",
        ["name"] = id,
        ["channels"] = new JsonArray([.. _bridges[id].Select(c => JsonValue.Create(c))]),
    };

    private static string? Query(JsonNode request, string name) => request["query_strings"]?.AsArray()
        .FirstOrDefault(pair => pair!["name"]!.GetValue<string>() == name)?["value"]?.GetValue<string>();

    private sealed class Leg(string id, string app, string state, string from, string name, string appData)
    {
        public string App => app;
        public string State { get; set; } = state;
        public string DialplanApp { get; set; } = "Stasis";
        public Dictionary<string, string> Variables { get; } = [];
        public bool Music { get; set; }
        /// <summary>Of a snoop channel, which ends with the leg that it listens to.</summary>
        public string? ListensTo { get; init; }
        public int Asked { get; private set; }

        private long _packets;

        public long Count(bool soundComes)
        {
            Asked++;
            return _packets += soundComes ? 25 : 0;
        }

        /// <summary>The event that will tell that it has ended; null while nothing is played or recorded.</summary>
        public string? Plays { get; set; }

        /// <summary>The same of what waits until that has ended.</summary>
        public Queue<string> PlaysNext { get; } = [];

        public JsonObject ToJson() => new()
        {
            ["id"] = id,
            ["name"] = $"PJSIP/x-{id}",
            ["state"] = State,
            ["protocol_id"] = $"outgoing:wacid.{id}",
            ["caller"] = new JsonObject { ["name"] = name, ["number"] = from },
            ["connected"] = new JsonObject { ["name"] = "", ["number"] = "" },
            ["accountcode"] = "",
            ["language"] = "en",
            ["creationtime"] = "2026-03-02T11:59:59.000+0000",
            ["dialplan"] = new JsonObject
            {
                ["context"] = "from-whatsapp",
                ["exten"] = "s",
                ["priority"] = 1,
                ["app_name"] = DialplanApp,
                ["app_data"] = appData,
            },
        };
    }
}
