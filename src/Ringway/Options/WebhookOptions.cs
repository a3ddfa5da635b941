using System.Collections.Immutable;
using Ringway.News;

namespace Ringway.Options;

/// <summary>A program of the operator's that is told what happens.</summary>
public sealed record WebhookOptions
{
    [Key("id", "Short name of the webhook, shown in the outbox and in the log", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("url", "Where events are sent: https, or http to this machine (`127.0.0.1`, `localhost`)", Required = true)]
    public string Url { get; init; } = "";

    [Key("secret", "Signs each event, at least 16 characters; `file:PATH` or `env:NAME` keep it out of this file", Required = true)]
    public Secret Secret { get; init; } = new("");

    [Key("events", "Which events are sent", DefaultIs = "all")]
    public ImmutableArray<NewsKind> Events { get; init; } = [];

    public bool Wants(NewsKind kind) => Events.IsEmpty || Events.Contains(kind);
}
