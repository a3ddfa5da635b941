namespace Ringway.Asterisk;

/// <summary>Where Debian packages come from.</summary>
/// <param name="Mirror">The archive's root, the part before <c>dists/</c>; null when the machine's apt knows none (Ubuntu).</param>
/// <param name="OwnSuite">The suite this machine itself runs, or bookworm.</param>
/// <param name="Keyring">File that the archive's signature is checked with.</param>
public sealed record PackageSource(Uri? Mirror, string OwnSuite, string Keyring)
{
    private const string DebianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /// <summary>
    /// What the machine's own apt uses for Debian: a company's mirror is then ours too. We name no archive ourselves.
    /// </summary>
    /// <param name="root">The machine's root folder; another one in tests.</param>
    public static PackageSource OfMachine(string root = "/")
    {
        var debian = Entries(Path.Combine(root, "etc/apt")).FirstOrDefault(e => IsDebianArchive(e.Uri));
        var keyring = debian?.SignedBy is { } signedBy && File.Exists(signedBy) ? signedBy : DebianKeyring;
        return new PackageSource(debian?.Uri, Codename(root) ?? "bookworm", keyring);
    }

    /// <summary>One line of sources.list(5), or one URI of a deb822 stanza.</summary>
    internal sealed record Entry(Uri Uri, string? SignedBy);

    /// <summary>The entries of <c>sources.list</c> and <c>sources.list.d</c>, both formats of sources.list(5), in apt's order.</summary>
    internal static IEnumerable<Entry> Entries(string etcApt)
    {
        var list = Path.Combine(etcApt, "sources.list");
        var parts = Path.Combine(etcApt, "sources.list.d");
        var files = Directory.Exists(parts) ? Directory.GetFiles(parts) : [];
        Array.Sort(files, StringComparer.Ordinal);
        foreach (var file in File.Exists(list) ? [list, .. files] : files)
        {
            var text = ReadOrEmpty(file);
            var entries = file.EndsWith(".sources", StringComparison.Ordinal) ? Stanzas(text)
                : file.EndsWith(".list", StringComparison.Ordinal) ? Lines(text)
                : [];
            foreach (var entry in entries)
                yield return entry;
        }
    }

    /// <summary>
    /// Debian's own archive has a path that ends in <c>/debian</c> on every public mirror and on the usual proxies;
    /// the security archive (<c>/debian-security</c>) has no unstable suite.
    /// </summary>
    private static bool IsDebianArchive(Uri uri) =>
        uri.AbsolutePath.TrimEnd('/').EndsWith("/debian", StringComparison.Ordinal)
        || uri.Host.StartsWith("snapshot.", StringComparison.Ordinal) && uri.AbsolutePath.StartsWith("/archive/debian/", StringComparison.Ordinal);

    private static IEnumerable<Entry> Lines(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (!line.StartsWith("deb ", StringComparison.Ordinal) && !line.StartsWith("deb\t", StringComparison.Ordinal)
                && !line.StartsWith("deb[", StringComparison.Ordinal))
                continue;
            var rest = line[3..].TrimStart();
            string? signedBy = null;
            if (rest.StartsWith('[') && rest.IndexOf(']', StringComparison.Ordinal) is var end and > 0)
            {
                signedBy = rest[1..end].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .FirstOrDefault(o => o.StartsWith("signed-by=", StringComparison.OrdinalIgnoreCase))?["signed-by=".Length..];
                rest = rest[(end + 1)..].TrimStart();
            }
            if (AsArchive(rest.Split([' ', '\t'], 2)[0]) is { } uri)
                yield return new Entry(uri, signedBy);
        }
    }

    private static IEnumerable<Entry> Stanzas(string text)
    {
        foreach (var stanza in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = stanza.Split('\n')
                .Where(line => !line.StartsWith('#') && line.Contains(':', StringComparison.Ordinal) && !char.IsWhiteSpace(line.FirstOrDefault()))
                .Select(line => line.Split(':', 2))
                .GroupBy(p => p[0].Trim(), StringComparer.OrdinalIgnoreCase)
                .ToDictionary(g => g.Key, g => g.First()[1].Trim(), StringComparer.OrdinalIgnoreCase);
            if (fields.GetValueOrDefault("Enabled") is "no" or "false" or "0"
                || !fields.GetValueOrDefault("Types", "").Split(' ').Contains("deb"))
                continue;
            // A key may also stand in the stanza itself (a block that begins on the next line); then the default serves.
            var signedBy = fields.GetValueOrDefault("Signed-By") is ['/', ..] path ? path : null;
            foreach (var word in fields.GetValueOrDefault("URIs", "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                if (AsArchive(word) is { } uri)
                    yield return new Entry(uri, signedBy);
        }
    }

    private static Uri? AsArchive(string word) => Uri.TryCreate(word, UriKind.Absolute, out var uri) ? uri : null;

    private static string? Codename(string root)
    {
        var fields = ReadOrEmpty(Path.Combine(root, "etc/os-release")).Split('\n', StringSplitOptions.TrimEntries)
            .Select(line => line.Split('=', 2)).Where(p => p.Length == 2)
            .GroupBy(p => p[0]).ToDictionary(g => g.Key, g => g.First()[1].Trim('"'));
        return fields.GetValueOrDefault("ID") == "debian" ? fields.GetValueOrDefault("VERSION_CODENAME") : null;
    }

    private static string ReadOrEmpty(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // A source that we may not read (a password stands in it) is not ours to use.
        }
    }
}
