using Npgsql;

namespace Ringway.Store;

/// <summary>Reads <c>store.url</c>: which database, and how to reach it.</summary>
public static class StoreAddress
{
    /// <summary>Opens nothing yet; the first use does.</summary>
    /// <param name="url"><c>sqlite</c>, <c>sqlite:FILE</c>, <c>postgres://…</c> or Npgsql's <c>Host=…</c>.</param>
    /// <param name="defaultFile">The SQLite file when the address names none.</param>
    /// <param name="node">Which of several ringways on one database asks.</param>
    /// <exception cref="FormatException">The address is none of these.</exception>
    public static ICallStore Open(string url, string defaultFile, string node = "n1")
    {
        if (IsSqlite(url)) return new SqliteCallStore(url.Length > 7 ? url[7..] : defaultFile);
        return new PostgresCallStore(PostgresConnection(url), node);
    }

    /// <summary>What is wrong with the address, or null.</summary>
    public static string? WhyNot(string url)
    {
        try
        {
            if (!IsSqlite(url)) PostgresConnection(url);
            return null;
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }

    private static bool IsSqlite(string url) => url == "sqlite" || url.StartsWith("sqlite:", StringComparison.Ordinal);

    private static string PostgresConnection(string url)
    {
        try
        {
            if (url.StartsWith("postgres://", StringComparison.Ordinal) || url.StartsWith("postgresql://", StringComparison.Ordinal))
                return FromUri(new Uri(url));
            var named = new NpgsqlConnectionStringBuilder(url);
            if (named.Host is { Length: > 0 }) return named.ConnectionString;
        }
        catch (Exception fault) when (fault is ArgumentException or UriFormatException or KeyNotFoundException)
        {
            // The library repeats the connection string, and with it the password, in some of its messages.
        }

        throw new FormatException("is neither 'sqlite', 'sqlite:FILE' nor a PostgreSQL connection such as postgres://user@host/name");
    }

    private static string FromUri(Uri uri)
    {
        var user = uri.UserInfo.Split(':', 2);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : NpgsqlConnection.DefaultPort,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')),
        };
        if (user[0].Length > 0) connection.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) connection.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            connection[parts[0]] = Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "");
        }

        return connection.ConnectionString;
    }
}
