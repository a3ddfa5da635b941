using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Graph;

/// <summary>A message template of an account.</summary>
/// <param name="AsksPermission">Has a component <c>call_permission_request</c>.</param>
public sealed record Template(
    string Id, string Name, string Language, string Category, string Text, bool AsksPermission, JsonArray Components, DateTimeOffset CreatedAt)
{
    /// <summary>Meta reviews for minutes to a day; until then a template cannot be sent.</summary>
    public static readonly TimeSpan Review = TimeSpan.FromSeconds(5);

    public string StatusAt(DateTimeOffset now) => now - CreatedAt >= Review ? "APPROVED" : "PENDING";
}

/// <summary>A business number that Graph knows, and its settings.</summary>
public sealed class GraphNumber(BusinessNumber number, string appId)
{
    private readonly Lock _lock = new();

    public BusinessNumber Number { get; } = number;

    public string Id => Number.PhoneNumberId;

    public string AccountId => Number.BusinessAccountId!;

    public NumberSettings Settings { get; private set; } = NumberSettings.Of(number, appId);

    /// <summary>Settings are written one request at a time.</summary>
    public T Write<T>(Func<NumberSettings, (NumberSettings? After, T Result)> how)
    {
        lock (_lock)
        {
            var (after, result) = how(Settings);
            if (after is not null) Settings = after;
            return result;
        }
    }
}

/// <summary>What Graph knows: accounts with their apps, numbers, templates, subscriptions.</summary>
public sealed class GraphBook
{
    private readonly Lock _lock = new();
    private readonly SipEdge _edge;
    private readonly TimeProvider _time;
    private ImmutableHashSet<(string Account, string App)> _subscribed;
    private ImmutableArray<(string Account, Template Template)> _templates = [];

    /// <param name="subscribed">True when the accounts' apps have subscribed before.</param>
    public GraphBook(IReadOnlyList<SimulatedAccount> accounts, IReadOnlyList<BusinessNumber> numbers, bool subscribed, SipEdge edge, TimeProvider time)
    {
        (Accounts, _edge, _time) = (accounts, edge, time);
        _subscribed = subscribed ? [.. accounts.Select(a => (a.BusinessAccountId, a.AppId))] : [];
        Numbers =
        [
            .. from number in numbers
               let owner = accounts.FirstOrDefault(a => a.BusinessAccountId == number.BusinessAccountId)
               where owner is not null
               select new GraphNumber(number, owner.AppId),
        ];
        // Meta gives each account hello_world; the other is what an owner would have made first, long approved.
        foreach (var id in accounts.Select(a => a.BusinessAccountId).Distinct())
        {
            Seed(id, "hello_world", "Hello World", asks: false);
            Seed(id, "call_permission", "We would like to call you about your request.", asks: true);
        }
    }

    public IReadOnlyList<SimulatedAccount> Accounts { get; }

    public IReadOnlyList<GraphNumber> Numbers { get; }

    public SimulatedAccount? FindByToken(string token) => Accounts.FirstOrDefault(a => Same(a.Token, token));

    public GraphNumber? FindNumber(string id) => Numbers.FirstOrDefault(n => n.Id == id);

    public GraphNumber? FindByE164(string number) => Numbers.FirstOrDefault(n => n.Number.Number == number);

    /// <summary>After the settings of a number changed: the edge obeys the new ones.</summary>
    public void Tell(GraphNumber number) => _edge.SetBusiness(number.Settings.Tell(_edge.FindBusiness(number.Number.Number) ?? number.Number));

    /// <summary>The apps that hear what happens in an account.</summary>
    public IReadOnlyList<SimulatedAccount> Subscribers(string accountId) =>
        [.. Accounts.Where(a => a.BusinessAccountId == accountId && _subscribed.Contains((accountId, a.AppId)))];

    public void Subscribe(SimulatedAccount app, bool on)
    {
        lock (_lock) _subscribed = on ? _subscribed.Add((app.BusinessAccountId, app.AppId)) : _subscribed.Remove((app.BusinessAccountId, app.AppId));
    }

    public IReadOnlyList<Template> Templates(string accountId) => [.. _templates.Where(t => t.Account == accountId).Select(t => t.Template)];

    /// <returns>False when there is one of that name and language.</returns>
    public bool Add(string accountId, Template template)
    {
        lock (_lock)
        {
            if (_templates.Any(t => t.Account == accountId && t.Template.Name == template.Name && t.Template.Language == template.Language)) return false;
            _templates = _templates.Add((accountId, template));
            return true;
        }
    }

    /// <returns>False when there was none.</returns>
    public bool Remove(string accountId, string name)
    {
        lock (_lock) return _templates.Length != (_templates = _templates.RemoveAll(t => t.Account == accountId && t.Template.Name == name)).Length;
    }

    public static string NewId() => string.Concat(RandomNumberGenerator.GetItems<char>("123456789", 1)) + RandomNumberGenerator.GetString("0123456789", 15);

    public static string NewPassword() => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32);

    private void Seed(string accountId, string name, string text, bool asks)
    {
        var components = new JsonArray(new JsonObject { ["type"] = "BODY", ["text"] = text });
        if (asks) components.Add(new JsonObject { ["type"] = "call_permission_request" });
        Add(accountId, new(NewId(), name, "en_US", "UTILITY", text, asks, components, _time.GetUtcNow() - TimeSpan.FromDays(1)));
    }

    private static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(one), System.Text.Encoding.UTF8.GetBytes(other));
}
