using System.Diagnostics;

namespace Ringway.Asterisk.Tests;

/// <summary>Fetching packages, from a good mirror and from all the others. Uses the machine's apt, no network.</summary>
public sealed class PrivatePackagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-packages-").FullName;

    [Fact]
    [Trait("needs", "asterisk")]
    public async Task Asterisk_is_fetched_and_runs_from_its_folder()
    {
        var tree = await Packages.AsteriskAsync();

        var result = await RunAsync(tree.Command("asterisk", "-V"));

        Assert.StartsWith("Asterisk " + tree.Version, result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_is_fetched_with_what_it_depends_on_and_its_steps_are_told()
    {
        await using var mirror = await FakeMirror.StartAsync();
        var steps = new Steps();

        var tree = await From(mirror).EnsureAsync(FakeMirror.Set, steps, TestContext.Current.CancellationToken);

        Assert.Equal("2.5", tree.Version);
        Assert.Equal("hello\n", await RunAsync(tree.Command("ringway-hello")));
        Assert.True(File.Exists(Path.Combine(tree.Folder, "usr/lib/ringway/words")), "/lib is /usr/lib, as on every Debian since 12");
        Assert.Equal(["Reading the package lists", "Downloading", "Checking", "Unpacking", "Ready"], steps.Names);
        Assert.Equal(["lock", Path.GetFileName(tree.Folder)], Directory.GetFileSystemEntries(Path.Combine(_folder, "hello")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_finished_set_needs_no_mirror_any_more()
    {
        PackageTree first;
        await using (var mirror = await FakeMirror.StartAsync())
            first = await From(mirror).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken);

        Assert.Equal(first, await new PrivatePackages(_folder).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Two_at_once_fetch_once()
    {
        await using var mirror = await FakeMirror.StartAsync();

        var trees = await Task.WhenAll(From(mirror).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken), From(mirror).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken));

        Assert.Equal(trees[0], trees[1]);
        Assert.Single(mirror.Asked, path => path.Contains("ringway-hello_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_interrupted_download_leaves_no_tree_and_goes_on_where_it_stopped()
    {
        await using var mirror = await FakeMirror.StartAsync();
        using var interrupted = new CancellationTokenSource();
        // The first of the two packages arrives; at the second somebody pulls the plug.
        var packages = 0;
        mirror.Before = async path =>
        {
            if (path.EndsWith(".deb", StringComparison.Ordinal) && ++packages == 2)
            {
                await interrupted.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken);
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => From(mirror).EnsureAsync(FakeMirror.Set, ct: interrupted.Token));
        Assert.Null(new PrivatePackages(_folder).Find(FakeMirror.Set));
        mirror.Before = null;
        mirror.Asked.Clear();

        await From(mirror).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken);

        Assert.Single(mirror.Asked, path => path.EndsWith(".deb", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_a_killed_run_left_half_unpacked_is_not_taken_for_a_tree()
    {
        await using var mirror = await FakeMirror.StartAsync();
        var left = Path.Combine(_folder, "hello/unpacking-0123/usr/bin");
        Directory.CreateDirectory(left);
        await File.WriteAllTextAsync(Path.Combine(left, "ringway-hello"), "half", TestContext.Current.CancellationToken);

        Assert.Null(new PrivatePackages(_folder).Find(FakeMirror.Set));
        var tree = await From(mirror).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken);

        Assert.Equal("hello\n", await RunAsync(tree.Command("ringway-hello")));
        Assert.False(Directory.Exists(Path.Combine(_folder, "hello/unpacking-0123")));
    }

    [Fact]
    public async Task A_wrong_checksum_is_refused_and_the_next_try_succeeds()
    {
        await using var mirror = await FakeMirror.StartAsync();
        mirror.Instead = (path, bytes) => path.Contains("words_", StringComparison.Ordinal) ? [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] : null;

        var refused = await Assert.ThrowsAsync<PackageException>(() => From(mirror).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken));
        Assert.Contains("wrong checksum", refused.What, StringComparison.Ordinal);
        Assert.Contains("try again", refused.Cure, StringComparison.Ordinal);

        mirror.Instead = null;
        await From(mirror).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_package_that_rotted_on_our_disk_is_fetched_again()
    {
        await using var mirror = await FakeMirror.StartAsync();
        mirror.Instead = (path, bytes) => path.Contains("hello_", StringComparison.Ordinal) ? bytes[..^1] : null;
        await Assert.ThrowsAsync<PackageException>(() => From(mirror).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken));
        mirror.Instead = null;
        var kept = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "hello/apt/cache/archives"), "ringway-words*.deb"));
        var bytes = await File.ReadAllBytesAsync(kept, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(kept, bytes, TestContext.Current.CancellationToken);

        var tree = await From(mirror).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken);

        Assert.Equal(new string('w', 20_000), await File.ReadAllTextAsync(Path.Combine(tree.Folder, "lib/ringway/words"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_mirror_with_an_old_version_is_told_before_anything_is_downloaded()
    {
        await using var mirror = await FakeMirror.StartAsync(version: "1:1.9.9-1");

        var refused = await Assert.ThrowsAsync<PackageException>(() => From(mirror).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken));

        Assert.Contains("has hello 1.9.9; Ringway needs 2.0 or newer", refused.What, StringComparison.Ordinal);
        Assert.DoesNotContain(mirror.Asked, path => path.EndsWith(".deb", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mirror_that_nobody_answers_at_is_named()
    {
        var nowhere = new PackageOptions { Mirror = new($"http://127.0.0.1:{FakeMirror.FreePort()}/debian"), Unsigned = true };

        var refused = await Assert.ThrowsAsync<PackageException>(() => new PrivatePackages(_folder, nowhere).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken));

        Assert.Contains($"{nowhere.Mirror} cannot be reached", refused.What, StringComparison.Ordinal);
        Assert.Contains("asterisk.mirror", refused.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_the_suite_does_not_have_is_told()
    {
        await using var mirror = await FakeMirror.StartAsync();

        var refused = await Assert.ThrowsAsync<PackageException>(() => From(mirror).EnsureAsync(FakeMirror.Set with { Packages = ["no-such-package"] }, ct: TestContext.Current.CancellationToken));

        Assert.Contains("has no package no-such-package", refused.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_nobody_signed_is_refused()
    {
        await using var mirror = await FakeMirror.StartAsync();

        var refused = await Assert.ThrowsAsync<PackageException>(() => new PrivatePackages(_folder, new() { Mirror = mirror.Uri }).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken));

        Assert.Contains("signature", refused.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_keyring_is_told_with_its_cure()
    {
        var refused = await Assert.ThrowsAsync<PackageException>(() =>
            new PrivatePackages(_folder, new() { Keyring = "/nowhere/keyring.gpg" }).EnsureAsync(FakeMirror.Set, ct: TestContext.Current.CancellationToken));

        Assert.Contains("/nowhere/keyring.gpg is missing", refused.What, StringComparison.Ordinal);
        Assert.Contains("asterisk.keyring", refused.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_is_not_Debian_gets_Debians_keys_from_its_own_distribution()
    {
        await using var mirror = await FakeMirror.StartAsync();
        var machine = Path.Combine(_folder, "machine");
        Directory.CreateDirectory(Path.Combine(machine, "etc/apt/sources.list.d"));
        await File.WriteAllTextAsync(Path.Combine(machine, "etc/apt/sources.list"), $"deb [trusted=yes] {mirror.Uri} sid main\n", TestContext.Current.CancellationToken);

        var keyring = await new PrivatePackages(_folder, new() { MachineRoot = machine }).KeyringAsync("/nowhere.gpg", null, TestContext.Current.CancellationToken);

        Assert.Equal("keys", await File.ReadAllTextAsync(keyring, TestContext.Current.CancellationToken));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private PrivatePackages From(FakeMirror mirror) => new(_folder, new() { Mirror = mirror.Uri, Unsigned = true });

    private static async Task<string> RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        return await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Steps : IProgress<PackageProgress>
    {
        private readonly List<string> _names = [];

        public IEnumerable<string> Names => _names;

        public void Report(PackageProgress value)
        {
            lock (_names)
                if (_names.LastOrDefault() != value.Step)
                    _names.Add(value.Step);
        }
    }
}
