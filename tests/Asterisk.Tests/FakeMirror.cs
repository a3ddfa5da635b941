using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Ringway.Asterisk.Tests;

/// <summary>A Debian archive with two small packages, served over HTTP, that can be as broken as real ones are at times.</summary>
internal sealed class FakeMirror : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, byte[]> _files = [];
    private readonly Task _serving;

    private FakeMirror(int port)
    {
        Uri = new($"http://127.0.0.1:{port}/debian");
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Uri { get; }

    /// <summary>Every path that was asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>What to serve instead of a file; null for the file itself.</summary>
    public Func<string, byte[], byte[]?>? Instead { get; set; }

    /// <summary>Told of each request; whoever waits in it holds the answer back.</summary>
    public Func<string, Task>? Before { get; set; }

    public static PackageSet Set { get; } = new()
    {
        Name = "hello",
        Packages = ["ringway-hello"],
        Suite = "sid",
        MustExist = "usr/bin/ringway-hello",
        OldestVersion = new Version(2, 0),
    };

    /// <param name="version">Debian version of the main package.</param>
    public static async Task<FakeMirror> StartAsync(string version = "1:2.5+dfsg-1")
    {
        var mirror = new FakeMirror(FreePort());
        await mirror.AddAsync("ringway-hello", version, "usr/bin/ringway-hello", "#!/bin/sh\necho hello\n", depends: "ringway-words");
        // "lib/…" as packages before merged /usr say it.
        await mirror.AddAsync("ringway-words", "1.0", "lib/ringway/words", new string('w', 20_000));
        await mirror.AddAsync("debian-archive-keyring", "2026.1", "usr/share/keyrings/debian-archive-keyring.gpg", "keys");
        mirror.Index();
        return mirror;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private readonly StringBuilder _packages = new();

    private async Task AddAsync(string name, string version, string path, string content, string depends = "")
    {
        var work = Directory.CreateTempSubdirectory("ringway-deb-").FullName;
        var file = Path.Combine(work, "tree", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Directory.CreateDirectory(Path.Combine(work, "tree/DEBIAN"));
        await File.WriteAllTextAsync(file, content);
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        var control = $"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: nobody <n@example.com>\nDescription: test\n" + (depends.Length > 0 ? $"Depends: {depends}\n" : "");
        await File.WriteAllTextAsync(Path.Combine(work, "tree/DEBIAN/control"), control);
        var deb = Path.Combine(work, "x.deb");
        var built = await Tool.RunAsync("dpkg-deb", ["--root-owner-group", "-b", Path.Combine(work, "tree"), deb], null, null, CancellationToken.None);
        Assert.True(built.ExitCode == 0, built.Error);
        var bytes = await File.ReadAllBytesAsync(deb);
        Directory.Delete(work, recursive: true);

        var pool = $"pool/{name}_{version.Split(':')[^1]}_all.deb";
        _files["/debian/" + pool] = bytes;
        _packages.Append(control).Append(CultureInfo.InvariantCulture, $"Filename: {pool}\nSize: {bytes.Length}\nSHA256: {Convert.ToHexStringLower(SHA256.HashData(bytes))}\n\n");
    }

    private void Index()
    {
        var packages = Encoding.UTF8.GetBytes(_packages.ToString());
        var sum = $" {Convert.ToHexStringLower(SHA256.HashData(packages))} {packages.Length}";
        var architecture = Process.Start(new ProcessStartInfo("dpkg", ["--print-architecture"]) { RedirectStandardOutput = true })!.StandardOutput.ReadToEnd().Trim();
        _files[$"/debian/dists/sid/main/binary-{architecture}/Packages"] = packages;
        _files["/debian/dists/sid/Release"] = Encoding.UTF8.GetBytes(
            $"Suite: sid\nCodename: sid\nDate: Mon, 23 Nov 2026 00:00:00 UTC\nArchitectures: {architecture} all\nComponents: main\nSHA256:\n{sum} main/binary-{architecture}/Packages\n");
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = AnswerAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // Closed: the test is over.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var path = System.Uri.UnescapeDataString(context.Request.Url!.AbsolutePath);
        Asked.Enqueue(path);
        try
        {
            if (Before is { } before)
                await before(path);
            if (_files.TryGetValue(path, out var bytes))
            {
                bytes = Instead?.Invoke(path, bytes) ?? bytes;
                context.Response.ContentLength64 = bytes.Length;
                await context.Response.OutputStream.WriteAsync(bytes);
            }
            else
            {
                context.Response.StatusCode = 404;
            }
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // apt went away.
        }
    }

    public static int FreePort() => Testing.FreePort.Take();
}
