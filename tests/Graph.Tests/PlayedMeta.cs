using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Ringway.Graph.Tests;

/// <summary>Meta, scripted: a real HTTP server that answers what the test has laid ready, and notes what it was asked.</summary>
public sealed class PlayedMeta : IAsyncDisposable
{
    public const string Token = "EAAG-very-secret-token";

    private readonly WebApplication _host;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _script = new();

    private PlayedMeta(WebApplication host) => _host = host;

    /// <summary>What was asked: <c>METHOD /path?query body</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public ConcurrentQueue<string> Tokens { get; } = new();

    public LogLines Log { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));

    public Uri Address => new(_host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<PlayedMeta> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var host = builder.Build();
        var meta = new PlayedMeta(host);
        host.Run(meta.AnswerAsync);
        await host.StartAsync();
        return meta;
    }

    public GraphClient Client(GraphOptions? options = null, Uri? address = null) => new(
        new HttpClient(), (options ?? new GraphOptions { Random = new Random(7) }) with { Address = address ?? Address }, Token, Time, Log);

    /// <summary>The next answer.</summary>
    public PlayedMeta Says(int status, string body, params (string Name, string Value)[] headers)
    {
        _script.Enqueue(async context =>
        {
            foreach (var (name, value) in headers) context.Response.Headers[name] = value;
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json; charset=UTF-8";
            await context.Response.WriteAsync(body);
        });
        return this;
    }

    public PlayedMeta Refuses(int status, int code, string message = "(#1) No", params (string Name, string Value)[] headers) =>
        Says(status, $$$"""{"error":{"message":"{{{message}}}","type":"OAuthException","code":{{{code}}},"error_data":{"messaging_product":"whatsapp","details":"The details"},"fbtrace_id":"AbC"}}""", headers);

    /// <summary>Takes the request and hangs up without a word.</summary>
    public PlayedMeta HangsUp()
    {
        _script.Enqueue(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        return this;
    }

    /// <summary>Takes the request and says nothing until the other side gives up.</summary>
    public PlayedMeta IsSilent()
    {
        _script.Enqueue(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default));
        return this;
    }

    /// <summary>Moves the clock in small steps until the work is done; how much time that took.</summary>
    public async Task<TimeSpan> TimeForAsync(Task work)
    {
        var began = Time.GetUtcNow();
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (!work.IsCompleted && patience.Elapsed < TimeSpan.FromSeconds(20))
        {
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System)); // real time: the answer comes over a real socket
            if (!work.IsCompleted) Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.True(work.IsCompleted, "The request has an end.");
        return Time.GetUtcNow() - began;
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Asked.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}".TrimEnd());
        Tokens.Enqueue(context.Request.Headers.Authorization.ToString());
        if (_script.TryDequeue(out var answer)) await answer(context);
        else context.Response.StatusCode = 599; // more was asked than the test expects
    }
}

/// <summary>What the client said in its log.</summary>
public sealed class LogLines : ILogger<GraphClient>
{
    public ConcurrentQueue<(int Id, LogLevel Level, string Text)> Lines { get; } = new();

    public string Text => string.Join('\n', Lines.Select(line => line.Text));

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((eventId.Id, logLevel, formatter(state, exception) + exception));
}
