using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Agents;
using Ringway.News;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Tests.News;

/// <summary>All that has a part in telling webhooks, wired as the host does; without webhooks it tells nothing.</summary>
internal sealed class NewsOffice : IDisposable
{
    public NewsOffice(ICallStore store, TimeProvider time, params WebhookOptions[] webhooks)
    {
        var options = new RingwayOptions { Webhooks = [.. webhooks] };
        var json = new JsonOptions();
        json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        Journal = new(store, time, NullLogger<CallJournal>.Instance);
        Sender = new(store, options, time, NullLogger<NewsSender>.Instance);
        Post = new(options, Microsoft.Extensions.Options.Options.Create(json), Sender);
        Writer = new(Board, Journal, store, Post, options, time, NullLogger<NewsWriter>.Instance);
    }

    public CallBoard Board { get; } = new();

    public CallJournal Journal { get; }

    public NewsSender Sender { get; }

    public NewsPost Post { get; }

    public NewsWriter Writer { get; }

    public static WebhookOptions Hook(string id, params NewsKind[] events) =>
        new() { Id = id, Url = "https://crm.example.com/", Secret = new("0123456789abcdef"), Events = [.. events] };

    public async Task StartAsync()
    {
        await Journal.StartAsync(default);
        await Writer.StartAsync(default);
    }

    public async Task StopAsync()
    {
        await Writer.StopAsync(default);
        await Journal.StopAsync(default);
    }

    public void Dispose()
    {
        Writer.Dispose();
        Sender.Dispose();
        Journal.Dispose();
    }
}
