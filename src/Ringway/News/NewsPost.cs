using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Ringway.Agents;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.News;

/// <summary>Writes an event as it is sent, once for each webhook that wants it; whoever asks for that saves it in the outbox.</summary>
public sealed class NewsPost(RingwayOptions options, IOptions<JsonOptions> json, NewsSender sender)
{
    /// <summary>How long a webhook may be away before an event for it is dead.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public bool IsWanted(NewsKind kind) => options.Webhooks.Any(hook => hook.Wants(kind));

    public ImmutableArray<OutboxRow> Write(NewsKind kind, DateTimeOffset at, CallView call) =>
        Write(kind, at, call.Id, id => new NewsBody(id, kind, at, call));

    /// <param name="about">See <see cref="OutboxRow"/>.</param>
    /// <param name="body">What is sent, from the event's id.</param>
    public ImmutableArray<OutboxRow> Write<T>(NewsKind kind, DateTimeOffset at, string about, Func<string, T> body) =>
        [.. options.Webhooks.Where(hook => hook.Wants(kind)).Select(hook => Row(hook.Id, kind, at, about, body))];

    /// <summary>These are in the outbox now.</summary>
    public void Posted(IEnumerable<OutboxRow> events)
    {
        foreach (var endpoint in events.Select(row => row.Endpoint).Distinct()) sender.Wake(endpoint);
    }

    private OutboxRow Row<T>(string endpoint, NewsKind kind, DateTimeOffset at, string about, Func<string, T> body)
    {
        var id = Guid.CreateVersion7(at).ToString("N");
        return new(
            id, options.Node, endpoint, about, OptionsReader.Camel(kind.ToString()), JsonSerializer.Serialize(body(id), json.Value.SerializerOptions),
            at, at, at + Lifetime);
    }
}

/// <summary>What a webhook of the operator's is sent of a call.</summary>
/// <param name="Id">The same on each try.</param>
/// <param name="At">When it happened.</param>
/// <param name="Call">The call then, as the API gives it.</param>
public sealed record NewsBody(string Id, NewsKind Type, DateTimeOffset At, CallView Call);
