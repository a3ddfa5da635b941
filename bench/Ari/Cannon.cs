using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ringway.Bench.Ari;

/// <summary>
/// Plays Asterisk's event socket at full speed: the recorded events of one call, over and over, framed beforehand, so that sending costs
/// next to nothing beside reading. What else is asked (the API's description, for the node peer) is passed to the real Asterisk.
/// </summary>
internal sealed class Cannon : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly HttpClient _asterisk = new();
    private readonly Uri _real;
    private readonly byte[] _salvo;
    private readonly int _salvoEvents;
    private readonly int _events;

    private Cannon(WebApplication host, Uri real, IReadOnlyList<byte[]> recorded, int events)
    {
        _host = host;
        _real = real;
        _events = events;
        _asterisk.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{BenchAsterisk.User}:{BenchAsterisk.Password}")));
        var rounds = Math.Max(1, 1000 / recorded.Count);
        _salvo = [.. Enumerable.Repeat(recorded, rounds).SelectMany(call => call).SelectMany(Frame)];
        _salvoEvents = rounds * recorded.Count;
    }

    public Uri Address { get; private set; } = null!;

    /// <param name="real">The Asterisk that knows the API.</param>
    /// <param name="recorded">One call's events as they came.</param>
    /// <param name="events">How many are sent at least, before it falls silent.</param>
    public static async Task<Cannon> StartAsync(Uri real, IReadOnlyList<byte[]> recorded, int events)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var cannon = new Cannon(builder.Build(), real, recorded, events);
        cannon._host.MapGet("/ari/events", cannon.FireAsync);
        cannon._host.MapGet("/{**path}", cannon.PassOnAsync);
        await cannon._host.StartAsync();
        var address = cannon._host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        cannon.Address = new(new Uri(address), "ari/");
        return cannon;
    }

    public async ValueTask DisposeAsync()
    {
        _asterisk.Dispose();
        await _host.DisposeAsync();
    }

    /// <summary>RFC 6455 section 4.2.2, and then one salvo after the other.</summary>
    private async Task FireAsync(HttpContext context)
    {
        var key = context.Request.Headers.SecWebSocketKey.ToString();
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(
#pragma warning disable CA5350 // The handshake is defined with SHA-1; it protects nothing.
            SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        context.Response.Headers.Upgrade = "websocket";
        if (context.Request.Headers.SecWebSocketProtocol.Count > 0)
            context.Response.Headers.SecWebSocketProtocol = "ari";
        await using var wire = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        try
        {
            for (var sent = 0; sent <= _events; sent += _salvoEvents)
                await wire.WriteAsync(_salvo, context.RequestAborted);
            await wire.ReadAtLeastAsync(new byte[1024], 1, throwOnEndOfStream: false, context.RequestAborted); // until it goes
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It has seen enough.
        }
    }

    private async Task PassOnAsync(HttpContext context)
    {
        var body = await _asterisk.GetStringAsync(new Uri(_real, context.Request.Path.ToUriComponent() + context.Request.QueryString));
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.Replace($"{_real.Host}:{_real.Port}", $"{Address.Host}:{Address.Port}", StringComparison.Ordinal));
    }

    /// <summary>A text frame from a server: not masked (RFC 6455 section 5.2).</summary>
    private static byte[] Frame(byte[] message)
    {
        if (message.Length < 126)
            return [0x81, (byte)message.Length, .. message];
        byte[] head = [0x81, 126, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)message.Length);
        return [.. head, .. message];
    }
}
