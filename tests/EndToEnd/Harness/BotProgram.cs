using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ringway.EndToEnd.Harness;

/// <summary>A program of the operator's that talks with callers: it speaks a tone and counts what it hears.</summary>
public sealed class BotProgram : IAsyncDisposable
{
    private const int Rate = 16000;

    private readonly WebApplication _app;
    private readonly TaskCompletionSource<JsonElement> _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _over = new();
    private readonly double _hz;
    private short[] _heard = [];
    private WebSocket? _socket;

    private BotProgram(WebApplication app, double hz) => (_app, _hz) = (app, hz);

    /// <summary>Who asked for it, as in the header <c>Authorization</c>.</summary>
    public string? Authorization { get; private set; }

    /// <summary>Completes when Asterisk has hung up.</summary>
    public Task OverAsync() => _ended.Task.WaitAsync(Eventually.Patience, TimeProvider.System);

    public static async Task<BotProgram> StartAsync(double hz)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{RunningProduct.BotPort}");
        var bot = new BotProgram(builder.Build(), hz);
        bot._app.UseWebSockets(new() { KeepAliveInterval = TimeSpan.Zero });
        bot._app.Map("/calls", bot.TalkAsync);
        await bot._app.StartAsync();
        return bot;
    }

    /// <summary>Asterisk's first message, with what it tells of the call.</summary>
    public Task<JsonElement> CallAsync() => _began.Task.WaitAsync(Eventually.Patience, TimeProvider.System);

    /// <summary>The caller's tone, by how often the sound of the last second crosses zero upwards.</summary>
    public Task HearsAsync(double hz) => Eventually.SeeAsync($"the bot hears {hz} Hz", () => Task.FromResult(HeardHz()), heard => Math.Abs(heard - hz) < 12);

    /// <summary>Asks ringway by its API, as a program would that has the call.</summary>
    public async Task TransferAsync(Product product, object to)
    {
        using var http = RingwayApi.Anonymous(product);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningProduct.BotToken);
        var call = (await CallAsync()).GetProperty("channel_variables").GetProperty("RINGWAY_CALL").GetString();
        using var answer = await http.PostAsJsonAsync($"calls/{call}/transfer", to);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The bot ends its part by closing.</summary>
    public Task HangUpAsync() => _socket!.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _app.DisposeAsync();
        _over.Dispose();
    }

    private double HeardHz()
    {
        var samples = _heard;
        return samples.Length < Rate || samples.Max() < 300 ? 0 : samples.Zip(samples.Skip(1)).Count(pair => pair is { First: < 0, Second: >= 0 });
    }

    private async Task TalkAsync(HttpContext context)
    {
        Authorization = context.Request.Headers.Authorization;
        using var socket = await context.WebSockets.AcceptWebSocketAsync("media");
        _socket = socket;
        var speaking = SpeakAsync(socket);
        try
        {
            var buffer = new byte[70_000];
            while (await socket.ReceiveAsync(buffer.AsMemory(), _over.Token) is { MessageType: not WebSocketMessageType.Close } got)
            {
                if (got.MessageType == WebSocketMessageType.Binary)
                    Hear(buffer.AsSpan(0, got.Count));
                else if (JsonDocument.Parse(Encoding.UTF8.GetString(buffer, 0, got.Count)).RootElement is var said && said.GetProperty("event").GetString() == "MEDIA_START")
                    _began.TrySetResult(said);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException)
        {
            // Asterisk is gone without a word, or the test is over.
        }

        _ended.TrySetResult();
        await _over.CancelAsync();
        await speaking;
    }

    private void Hear(ReadOnlySpan<byte> sound)
    {
        var samples = new short[sound.Length / 2];
        for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(sound[(i * 2)..]);
        _heard = [.. _heard.Concat(samples).TakeLast(Rate)];
    }

    /// <summary>A tenth of a second at a time; Asterisk gives it on at its own beat.</summary>
    private async Task SpeakAsync(WebSocket socket)
    {
        var phase = 0;
        var sound = new byte[Rate / 10 * 2];
        try
        {
            while (!_over.IsCancellationRequested)
            {
                for (var i = 0; i < sound.Length / 2; i++, phase++)
                    BinaryPrimitives.WriteInt16LittleEndian(sound.AsSpan(i * 2), (short)(8000 * Math.Sin(2 * Math.PI * _hz * phase / Rate)));
                await socket.SendAsync(sound.AsMemory(), WebSocketMessageType.Binary, true, _over.Token);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, _over.Token);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // As above.
        }
    }
}
