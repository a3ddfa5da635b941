using System.Security.Cryptography;
using System.Text.Json;

namespace Ringway.Options;

/// <summary>
/// Secrets that ringway makes up itself, kept in <c>secrets.json</c> of the data folder, readable by its owner only.
/// What is there stays; what a newer version needs besides is added.
/// </summary>
public sealed record Secrets
{
    /// <summary>Password of the control sockets between Asterisk and ringway: 256 bits.</summary>
    public required string Ari { get; init; }

    /// <summary>Key of fingerprints that must not be guessable: 256 bits, base64.</summary>
    public required string Key { get; init; }

    /// <summary>SIP passwords of demonstration lines, by line id.</summary>
    public required IReadOnlyDictionary<string, string> Lines { get; init; }

    /// <summary>Passwords of demonstration agents, by agent id.</summary>
    public required IReadOnlyDictionary<string, string> Agents { get; init; }

    /// <summary>What the simulated Meta and we know of each other.</summary>
    public required SimulatedMeta Meta { get; init; }

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads the folder's secrets, or makes them.</summary>
    /// <exception cref="InvalidDataException">The file is there and is not what we wrote.</exception>
    public static Secrets Open(string dataFolder)
    {
        Directory.CreateDirectory(dataFolder);
        var path = Path.Combine(dataFolder, "secrets.json");
        var kept = ReadKept(path);
        var now = new Secrets
        {
            Ari = kept?.Ari ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Key = kept?.Key ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            Lines = kept?.Lines ?? new Dictionary<string, string> { [Demo.LineId] = SayablePassword() },
            Agents = kept?.Agents ?? Demo.Agents.ToDictionary(agent => agent.Id, _ => SayablePassword()),
            Meta = kept?.Meta ?? new SimulatedMeta(Random(), Random(), Random()),
        };
        if (kept is not { Ari: not null, Key: not null, Lines: not null, Agents: not null, Meta: not null }) OwnerFile.Write(path, file => JsonSerializer.Serialize(file, now, Form));
        return now;
    }

    /// <summary>75 bits in three groups, without letters that look alike, because a person types it once.</summary>
    private static string SayablePassword() =>
        string.Join('-', Enumerable.Range(0, 3).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 5)));

    /// <summary>128 bits.</summary>
    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static Kept? ReadKept(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(path), Form);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException(
                $"{path} is damaged ({fault.Message}). Put the file back, or remove it: then new secrets are made, " +
                "Asterisk is configured anew and demonstration agents get new passwords.");
        }
    }

    /// <summary>The file as an older version may have left it: anything may be missing.</summary>
    private sealed record Kept(
        string? Ari, string? Key, Dictionary<string, string>? Lines, Dictionary<string, string>? Agents, SimulatedMeta? Meta);
}

/// <summary>An access token, an app secret and a verify token, as Meta would hand them out; for the demonstration.</summary>
public sealed record SimulatedMeta(string Token, string AppSecret, string VerifyToken)
{
    public override string ToString() => "•••";
}
