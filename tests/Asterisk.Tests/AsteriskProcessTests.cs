using System.Diagnostics;

namespace Ringway.Asterisk.Tests;

[Trait("needs", "asterisk")]
public sealed class AsteriskProcessTests : IAsyncDisposable
{
    private readonly AsteriskFolders _folders = new(Path.Combine(Directory.CreateTempSubdirectory("ringway-asterisk-").FullName, "asterisk"));
    private readonly List<AsteriskProcess> _started = [];

    [Fact]
    public async Task It_is_fully_booted_when_the_start_returns_and_gone_when_the_stop_returns()
    {
        var asterisk = await StartAsync();

        Assert.False(asterisk.Adopted);
        Assert.Contains("fully booted", await asterisk.ConsoleAsync("core waitfullybooted", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await asterisk.StopAsync(TimeSpan.FromSeconds(10));

        Assert.True(asterisk.Exited.IsCompleted);
        Assert.Null(AsteriskProcess.FindPid(_folders));
    }

    [Fact]
    public async Task The_next_ringway_adopts_it_and_learns_of_its_end()
    {
        var first = await StartAsync();
        var second = await StartAsync();
        Assert.Equal((true, first.Pid), (second.Adopted, second.Pid));

        first.Kill();
        await second.Exited.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, TestContext.Current.CancellationToken);

        var third = await StartAsync();
        Assert.False(third.Adopted);
    }

    [Fact]
    public async Task It_has_a_session_of_its_own_so_that_our_terminal_cannot_end_it()
    {
        var asterisk = await StartAsync();

        // proc(5), stat: pid (comm) state ppid pgrp session
        var fields = (await File.ReadAllTextAsync($"/proc/{asterisk.Pid}/stat", TestContext.Current.CancellationToken)).Split(") ")[1].Split(' ');

        Assert.Equal((asterisk.Pid.ToString(null as IFormatProvider), asterisk.Pid.ToString(null as IFormatProvider)), (fields[2], fields[3]));
    }

    [Fact]
    public async Task A_configuration_that_it_cannot_read_is_told_with_its_own_words()
    {
        var tree = await Packages.AsteriskAsync();
        _folders.Create();
        CommonFiles.AsteriskConf(_folders, tree, "t1").Write(_folders.Etc);
        CommonFiles.Logger().Write(_folders.Etc);
        var required = new ConfFile("modules.conf", "Test.");
        required.Begin("modules").Set("autoload", false).Set("require", "no_such_module.so");
        required.Write(_folders.Etc);

        var refused = await Assert.ThrowsAsync<AsteriskStartException>(() => AsteriskProcess.StartOrAdoptAsync(_folders, tree));

        Assert.Contains("ended while it started", refused.Message, StringComparison.Ordinal);
        Assert.Contains("no_such_module", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pid_file_of_somebody_else_is_not_believed()
    {
        _folders.Create();
        await File.WriteAllTextAsync(_folders.PidFile, $"{Environment.ProcessId}\n", TestContext.Current.CancellationToken);

        Assert.Null(AsteriskProcess.FindPid(_folders));
        Assert.False((await StartAsync()).Adopted);
    }

    [Fact]
    public async Task A_deep_data_folder_still_gets_a_control_socket()
    {
        var deep = new AsteriskFolders(Path.Combine(_folders.Root, new string('d', 100)));
        var asterisk = await StartAsync(deep);

        Assert.True(File.Exists(deep.ControlSocket));

        await asterisk.StopAsync(TimeSpan.FromSeconds(10));
        Directory.Delete(deep.Run, recursive: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var asterisk in _started)
        {
            asterisk.Kill();
            await asterisk.Exited;
        }
        Directory.Delete(Path.GetDirectoryName(_folders.Root)!, recursive: true);
    }

    private async Task<AsteriskProcess> StartAsync(AsteriskFolders? folders = null)
    {
        folders ??= _folders;
        var tree = await Packages.AsteriskAsync();
        folders.Create();
        CommonFiles.AsteriskConf(folders, tree, "t1").Write(folders.Etc);
        CommonFiles.Modules(["res_timing_timerfd"]).Write(folders.Etc);
        CommonFiles.Logger().Write(folders.Etc);
        foreach (var file in CommonFiles.Bystanders())
            file.Write(folders.Etc);
        var asterisk = await AsteriskProcess.StartOrAdoptAsync(folders, tree, ct: TestContext.Current.CancellationToken);
        _started.Add(asterisk);
        return asterisk;
    }
}
