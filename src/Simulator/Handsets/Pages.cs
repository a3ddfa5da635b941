using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ringway.Ari;

namespace Ringway.Simulator.Handsets;

/// <summary>What a handset's page needs to register.</summary>
public sealed record PageAccount(string Uri, string User, string Password, string Socket, string Registrar);

/// <summary>The browser pages that play phones: one account for each WhatsApp user, pushed into the handsets' Asterisk.</summary>
public sealed class Pages
{
    private readonly ConcurrentDictionary<string, (string User, string Name)> _owners = new(StringComparer.Ordinal);

    /// <summary>Makes (or makes anew) the account of a user; a page opened before with it must register again.</summary>
    /// <exception cref="AriException">The handsets' Asterisk is not there.</exception>
    public async Task<PageAccount> OpenAsync(string user, string name, AriClient ari, CancellationToken ct)
    {
        var id = Endpoint(user);
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _owners[id] = (user, name);
        await Put("auth", new() { ["auth_type"] = "digest", ["username"] = id, ["password"] = password, ["realm"] = HandsetsFiles.Realm });
        await Put("aor", new()
        {
            ["max_contacts"] = "1", ["remove_existing"] = "yes", ["qualify_frequency"] = "15", ["minimum_expiration"] = "30", ["maximum_expiration"] = "600",
        });
        await Put("endpoint", new()
        {
            ["transport"] = "pages", ["context"] = HandsetsFiles.FromPage, ["auth"] = id, ["aors"] = id, ["webrtc"] = "yes",
            ["disallow"] = "all", ["allow"] = "opus", ["direct_media"] = "no", ["timers"] = "no", ["send_connected_line"] = "no",
            ["callerid"] = $"\"{Plain(name)}\" <{user}>", ["max_video_streams"] = "0", ["dtmf_mode"] = "rfc4733", ["rtp_timeout"] = "60",
        });
        return new($"sip:{id}@{HandsetsFiles.Realm}", id, password, "/sip", $"sip:{HandsetsFiles.Realm}");

        Task Put(string type, Dictionary<string, string> fields) => ari.PutConfigAsync("res_pjsip", type, id, fields, ct);
    }

    /// <summary>The endpoint of a user whose page is open and registered, or null.</summary>
    public async Task<string?> RegisteredAsync(string user, AriClient ari, CancellationToken ct)
    {
        var id = Endpoint(user);
        if (!_owners.ContainsKey(id)) return null;
        var endpoint = await ari.GetEndpointAsync("PJSIP", id, ct);
        return endpoint?.State == "online" ? id : null;
    }

    /// <summary>Whose page a channel is (<c>PJSIP/h-1555…-0000001a</c>).</summary>
    public (string User, string Name)? Owner(Channel channel)
    {
        var name = channel.Name;
        var (start, end) = (name.IndexOf('/', StringComparison.Ordinal) + 1, name.LastIndexOf('-'));
        return end > start && _owners.TryGetValue(name[start..end], out var owner) ? owner : null;
    }

    private static string Endpoint(string user) => "h-" + string.Concat(user.Where(char.IsAsciiLetterOrDigit));

    private static string Plain(string name) => string.Concat(name.Where(c => !char.IsControl(c) && c is not ('"' or '\\' or '<' or '>' or ';')));
}
