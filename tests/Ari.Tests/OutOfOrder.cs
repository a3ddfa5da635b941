using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ringway.Ari.Tests;

/// <summary>
/// Events and answers in orders that Asterisk does not promise to avoid, and some that it would never choose: late, doubled, an end before
/// its beginning, an answer after the channel's end, and between them what nobody can read.
/// </summary>
public class OutOfOrder
{
    private const int Calls = 10_000;
    private const int CallsALine = 500;

    /// <summary>Where the seeds begin; another range by RINGWAY_SEED.</summary>
    private static readonly int First =
        int.TryParse(Environment.GetEnvironmentVariable("RINGWAY_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 0;

    [Fact]
    public async Task Ten_thousand_calls_in_any_order_lose_no_event_and_each_command_ends_once()
    {
        await using var us = await Us.StartAsync(Us.Unhurried with { RequestTimeout = TimeSpan.FromMinutes(5), MaxInFlight = 10_000 });
        for (var first = First; first < First + Calls; first += CallsALine)
        {
            await using var asterisk = await us.ConnectAsync();
            var calls = Enumerable.Range(first, CallsALine).Select(seed => new PlayedCall(seed, us.Client)).ToList();
            var requests = new Dictionary<string, Request>();
            for (var i = calls.Sum(call => call.Commands.Count); i > 0; i--)
            {
                var request = (await asterisk.HearAsync())!;
                requests.Add(request.ToString(), request);
            }

            var said = Interleaved(calls.Select(call => call.Messages(requests)), new Random(first));
            var listening = HearAllAsync(us, said.Count(message => message.Event is not null));
            foreach (var (json, _) in said)
                await asterisk.SayAsync(json);
            var heard = await listening;
            Assert.Equal(said.Select(message => message.Event).OfType<string>(), heard);

            asterisk.Drop();
            await us.Events.NextAsync<AriDisconnected>();
            foreach (var call in calls)
                await call.AssertEndedAsync();
        }
    }

    [Fact]
    public async Task What_is_new_broken_or_huge_is_counted_and_neither_loses_what_stands_beside_it_nor_the_socket()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        using var counted = new Counted();
        var answered = us.Client.AnswerAsync(new("c1"));
        var request = (await asterisk.HearAsync())!;
        string[] unreadable = ["{", "[]", "null", "", """{"type":"StasisStart"}""", """{"type":"StasisEnd","channel":7}""", """{"type":"ChannelVarset","value":"\ud800"}"""];
        string[] unknown = ["ChannelLevitated", "BridgeBurnt", "ChannelLevitated"];
        foreach (var (broken, number) in unreadable.Select((text, i) => (text, i)))
        {
            await asterisk.SayAsync(broken);
            await asterisk.SayAsync(PlayedCall.Event("ChannelHold", "c1", number, ""","newer_member":{"than":["we",null]}"""));
        }
        foreach (var type in unknown)
            await asterisk.SayAsync($$$"""{"type":"{{{type}}}","application":"ringway","channel":{"id":"c1"}}""");
        await asterisk.SayAsync($$$"""{"type":"ChannelVarset","application":"ringway","value":"{{{new string('x', 60_000)}}}","channel":{"id":"c1"}}""");
        await asterisk.AnswerAsync(request);

        await answered.Within();
        for (var number = 0; number < unreadable.Length; number++)
            Assert.Equal(number, (await us.Events.NextAsync<ChannelHold>()).Timestamp.Millisecond);
        foreach (var type in unknown)
            Assert.Equal(type, (await us.Events.NextAsync()).Type);
        Assert.Equal(60_000, (await us.Events.NextAsync<ChannelVarset>()).Value.Length);
        Assert.True(us.Application.IsConnected);
        Assert.True(counted["ringway.ari.messages.unreadable"] >= unreadable.Length, "They are counted.");
        Assert.True(counted["ringway.ari.events.unknown"] >= unknown.Length, "They are counted.");
        Assert.Equal(2, us.Log.Lines.Count(line => line.Text.Contains("newer than this client"))); // each type once
    }

    /// <summary>The calls' messages, each call's in its own order, mixed at random.</summary>
    private static List<(string Json, string? Event)> Interleaved(IEnumerable<List<(string Json, string? Event)>> calls, Random random)
    {
        var queues = calls.Select(messages => new Queue<(string, string?)>(messages)).ToList();
        var order = queues.SelectMany((queue, index) => Enumerable.Repeat(index, queue.Count)).ToArray();
        random.Shuffle(order);
        return [.. order.Select(index => queues[index].Dequeue())];
    }

    private static async Task<List<string>> HearAllAsync(Us us, int count)
    {
        var heard = new List<string>(count);
        while (heard.Count < count)
            heard.Add(PlayedCall.Named(await us.Events.NextAsync()));
        return heard;
    }

    /// <summary>The client's counters, from now on and of all tests that run meanwhile.</summary>
    private sealed class Counted : IDisposable
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, long> _counts = [];
        private readonly MeterListener _listener = new();

        public Counted()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Ringway.Ari")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _counts.AddOrUpdate(instrument.Name, value, (_, before) => before + value));
            _listener.Start();
        }

        public long this[string counter] => _counts.GetValueOrDefault(counter);

        public void Dispose() => _listener.Dispose();
    }
}

/// <summary>A call whose commands are under way, and what Asterisk says of it: shuffled, doubled and left out by its seed.</summary>
internal sealed class PlayedCall
{
    private static readonly string[] Types =
    [
        "StasisStart", "ChannelCreated", "Dial", "ChannelStateChange", "ChannelEnteredBridge", "ChannelHold", "ChannelDtmfReceived", "ChannelHangupRequest",
        "ChannelLeftBridge", "StasisEnd", "ChannelDestroyed", "ChannelLevitated",
    ];

    private static readonly int[] Statuses = [200, 200, 200, 204, 404, 409, 422, 500, 503];

    private readonly int _seed;
    private readonly Random _random;
    private readonly Dictionary<string, int?> _answers = [];

    public PlayedCall(int seed, AriClient client)
    {
        (_seed, _random) = (seed, new Random(seed));
        var (channel, bridge) = (new ChannelId($"call-{seed}"), new BridgeId($"call-{seed}"));
        Commands =
        [
            new($"POST channels/{channel}/answer", client.AnswerAsync(channel), null, EndsAtMissing: false),
            new($"POST bridges/{bridge}/addChannel channel={channel}", client.AddToBridgeAsync(bridge, channel), null, EndsAtMissing: false),
            new($"GET channels/{channel}", client.GetChannelAsync(channel), $$"""{"id":"{{channel}}"}""", EndsAtMissing: true),
            new($"DELETE channels/{channel} reason_code=16", client.HangUpAsync(channel), null, EndsAtMissing: true),
            new($"DELETE bridges/{bridge}", client.DestroyBridgeAsync(bridge), null, EndsAtMissing: true),
        ];
    }

    public IReadOnlyList<Command> Commands { get; }

    /// <summary>What is said, in order, and the event's name if it is one.</summary>
    public List<(string Json, string? Event)> Messages(IReadOnlyDictionary<string, Request> requests)
    {
        var messages = new List<(string Json, string? Event)>();
        var types = (string[])Types.Clone();
        _random.Shuffle(types); // An end before its beginning.
        foreach (var (type, number) in types.Select((type, i) => (type, i)))
        {
            var said = (Event(type, $"call-{_seed}", number), Name(type, $"call-{_seed}", number));
            messages.Add(said);
            if (_random.Next(10) == 0)
                messages.Add(said); // It comes twice, at once or later.
        }
        foreach (var command in Commands)
        {
            var status = _answers[command.Said] = _random.Next(20) == 0 ? null : Statuses[_random.Next(Statuses.Length)];
            if (status is null)
                continue; // The answer never comes.
            var at = _random.Next(messages.Count + 1);
            messages.Insert(at, (Answer(requests[command.Said], status.Value, command.Body), null));
            if (_random.Next(10) == 0)
                messages.Insert(_random.Next(at + 1, messages.Count + 1), (Answer(requests[command.Said], 500, null), null)); // A second one changes nothing.
        }
        return messages;
    }

    public async Task AssertEndedAsync()
    {
        foreach (var command in Commands)
        {
            var ended = await Record.ExceptionAsync(() => command.Task.Within());
            var status = _answers[command.Said];
            var expected = status switch
            {
                null => (AriFailure.ConnectionLost, 0),
                200 or 204 when command.Body is null || status == 200 => ((AriFailure, int)?)null,
                200 or 204 => (AriFailure.Unreadable, 200), // A yes without the body that it must have.
                404 when command.EndsAtMissing => null,
                _ => (AriFailure.Refused, status.Value),
            };
            var actual = ended is null ? ((AriFailure, int)?)null : (Assert.IsType<AriException>(ended).Failure, ((AriException)ended).Status);
            Assert.True(expected == actual, $"Seed {_seed}: {command.Said} was answered with {status}, expected {expected}, got {actual} {ended}");
        }
    }

    public static string Event(string type, string id, int number, string more = "") =>
        $$"""{"type":"{{type}}","application":"ringway","timestamp":"2026-11-22T10:00:00.{{number:000}}+0000","channel":{"id":"{{id}}"},"peer":{"id":"{{id}}"},"bridge":{"id":"{{id}}"}{{more}}}""";

    /// <summary>The name of an event that was heard.</summary>
    public static string Named(AriEvent happened)
    {
        var id = happened switch
        {
            StasisStart e => e.Channel.Id, ChannelCreated e => e.Channel.Id, Dial e => e.Peer.Id, ChannelStateChange e => e.Channel.Id,
            ChannelEnteredBridge e => e.Channel!.Id, ChannelHold e => e.Channel.Id, ChannelDtmfReceived e => e.Channel.Id,
            ChannelHangupRequest e => e.Channel.Id, ChannelLeftBridge e => e.Channel.Id, StasisEnd e => e.Channel.Id, ChannelDestroyed e => e.Channel.Id,
            _ => new(JsonDocument.Parse(happened.Json!).RootElement.GetProperty("channel").GetProperty("id").GetString()!),
        };
        return Name(happened.Type, id.Value, happened.Timestamp.Millisecond);
    }

    private static string Name(string type, string id, int number) => $"{id} {type} {number}";

    private static string Answer(Request request, int status, string? body) => JsonSerializer.Serialize(new
    {
        type = "RESTResponse",
        request_id = request.Id,
        status_code = status,
        reason_phrase = "Because",
        message_body = status == 200 ? body : null,
    });

    /// <param name="Said">As Asterisk hears it.</param>
    /// <param name="Task">Its end.</param>
    /// <param name="Body">What it must be answered with; null for nothing.</param>
    /// <param name="EndsAtMissing">Whether 404 is no failure.</param>
    internal sealed record Command(string Said, Task Task, string? Body, bool EndsAtMissing);
}
