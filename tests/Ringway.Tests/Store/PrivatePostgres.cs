using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Ringway.Asterisk;

namespace Ringway.Tests.Store;

/// <summary>
/// A PostgreSQL of our own in a temporary folder, on a free loopback port. The server refuses to run as root, so under
/// root it runs as nobody, who then owns the folder.
/// </summary>
public sealed class PrivatePostgres : IAsyncLifetime
{
    private const string Installed = "/usr/lib/postgresql";

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-pg-").FullName;
    private readonly int _port = Testing.FreePort.Take();
    private Process? _server;
    private int _databases;

    private static bool IsRoot => Environment.UserName == "root";

    public async ValueTask InitializeAsync()
    {
        var server = await ServerAsync();
        var data = Path.Combine(_folder, "data");
        if (IsRoot) await RunAsync("chown", "nobody", _folder);
        await RunAsync(AsOrdinaryUser(server("initdb", ["-D", data, "-U", "ringway", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])));
        _server = Process.Start(AsOrdinaryUser(server("postgres",
        [
            "-D", data, "-p", _port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}", "-c", "fsync=off",
        ])))!;
        // Whatever the server says must be taken from it; a full pipe would stop it.
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        await UntilItAnswersAsync();
    }

    /// <summary>An empty database for one test.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await using var admin = new NpgsqlConnection(Connection("postgres"));
        await admin.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name}", admin);
        await create.ExecuteNonQueryAsync();
        return Connection(name);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is { HasExited: false })
        {
            await RunAsync("kill", "-INT", _server.Id.ToString(CultureInfo.InvariantCulture)); // SIGINT: fast shutdown
            await _server.WaitForExitAsync().WaitAsync(EndPatience);
        }

        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Connection(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=ringway;Database={database};Timeout=5");

    /// <summary>
    /// How a program of the server is started: the machine's own server (Debian keeps its programs out of the PATH), else
    /// one that is fetched as Asterisk is.
    /// </summary>
    private static async Task<Func<string, string[], ProcessStartInfo>> ServerAsync()
    {
        if (Directory.Exists(Installed)
            && Directory.GetDirectories(Installed).Select(version => Path.Combine(version, "bin"))
                .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb"))) is { } bin)
            return (program, arguments) => new ProcessStartInfo(Path.Combine(bin, program), arguments);
        var folder = Environment.GetEnvironmentVariable("RINGWAY_PACKAGES") is { Length: > 0 } named
            ? named : throw new InvalidOperationException("There is no PostgreSQL here. Install it (apt install postgresql), say with RINGWAY_PACKAGES where a fetched one may lie, or leave out these tests: they have the trait needs=postgresql.");
        var tree = await new PrivatePackages(folder).EnsureAsync(PackageSet.PostgreSql);
        return (program, arguments) => tree.Command(program, arguments);
    }

    private static ProcessStartInfo AsOrdinaryUser(ProcessStartInfo start)
    {
        if (IsRoot)
        {
            string[] all = ["--reuid=nobody", "--regid=nogroup", "--clear-groups", start.FileName, .. start.ArgumentList];
            start.FileName = "setpriv";
            start.ArgumentList.Clear();
            foreach (var argument in all) start.ArgumentList.Add(argument);
        }

        start.WorkingDirectory = "/";
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        return start;
    }

    private static Task RunAsync(string program, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });

    private static async Task RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{start.FileName} failed: {await said}{await complained}");
    }

    private async Task UntilItAnswersAsync()
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Connection("postgres"));
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (patience.Elapsed < TimeSpan.FromSeconds(30) && !_server!.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }
}
