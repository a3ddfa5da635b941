using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ringway.Graph;
using Ringway.Options;

namespace Ringway.WhatsApp.Permissions;

/// <summary>Permissions at Meta's Graph API, each line with the token of its account.</summary>
public sealed class GraphPermissions(RingwayOptions options, TimeProvider time, ILoggerFactory logs) : ICallPermissionSource, IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    // Two minutes, so that a change of Meta's addresses is noticed; connections are kept open between calls.
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentDictionary<string, GraphClient> _clients = new();

    public bool Knows(string line) => options.Line(line) is { } known && options.AccountOf(known) is not null;

    public Task<MetaPermission> CheckAsync(string line, WhatsAppUser user, CancellationToken ct) => TryAsync(async () =>
    {
        var (graph, number) = Client(line);
        return Read(await graph.GetCallPermissionsAsync(number, user.Value, ct));
    });

    public Task<string> AskAsync(string line, WhatsAppUser user, string? text, AskTemplate? template, CancellationToken ct) => TryAsync(async () =>
    {
        var (graph, number) = Client(line);
        var sent = template is null
            ? await graph.RequestCallPermissionAsync(number, user.Value, text, ct)
            : await graph.SendTemplateAsync(number, user.Value, template.Name, template.Language, ct);
        return sent.Id;
    });

    public Task<string> SendButtonAsync(string line, WhatsAppUser user, string text, string button, string? payload, CancellationToken ct) =>
        TryAsync(async () =>
        {
            var (graph, number) = Client(line);
            return (await graph.SendCallButtonAsync(number, user.Value, text, button, payload, ttl: null, ct)).Id;
        });

    public void Dispose() => _http.Dispose();

    private (GraphClient Graph, string PhoneNumberId) Client(string line)
    {
        if (options.Line(line) is not { PhoneNumberId: { } number } known || options.AccountOf(known) is not { } account)
            throw new InvalidOperationException($"Line {line} has no account at Meta.");
        var graph = _clients.GetOrAdd(account.Id, _ => new GraphClient(
            _http, new GraphOptions { Address = new Uri(options.WhatsApp.Graph), Version = options.WhatsApp.GraphVersion },
            account.Token.Reveal(), time, logs.CreateLogger<GraphClient>()));
        return (graph, number);
    }

    private static async Task<T> TryAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (GraphException fault)
        {
            throw new MetaRefusedException(
                fault.Code, fault.Known is { } known ? $"{known.Cause} {known.Cure}" : fault.Message, fault);
        }
    }

    private static MetaPermission Read(CallPermissions said) => new(
        said.Status switch
        {
            CallPermissionStatus.Permanent => MetaPermission.Kind.Permanent,
            CallPermissionStatus.Temporary => MetaPermission.Kind.Temporary,
            CallPermissionStatus.None => MetaPermission.Kind.None,
            _ => throw new MetaRefusedException(0, "Meta answered with a kind of permission that this version of ringway does not know."),
        },
        said.Until, Action(said.SendRequest), Action(said.StartCall));

    private static MetaAction? Action(PermittedAction? action) => action is null ? null
        : new MetaAction(action.CanPerform, Limit(action.Over(Day)), Limit(action.Over(Week)));

    private static MetaLimit? Limit(ActionLimit? limit) => limit is null ? null : new MetaLimit(limit.MaxAllowed, limit.CurrentUsage, limit.ExpiresAt);
}
