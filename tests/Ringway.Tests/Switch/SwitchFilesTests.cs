using System.Net;
using System.Runtime.CompilerServices;
using Ringway.Asterisk;
using Ringway.Switch;

namespace Ringway.Tests.Switch;

/// <summary>The generated files, byte for byte. After a wanted change: RINGWAY_GOLDEN=write dotnet test, then read the diff.</summary>
public sealed class SwitchFilesTests
{
    private static SwitchConfiguration Variant(string name) => name switch
    {
        "sdes" => Base,
        "dtls" => Base with { Lines = [Base.Lines[0] with { Media = MediaKeying.Dtls }] },
        "two-lines" => Base with
        {
            Lines = [Base.Lines[0], new("sales", "+12145551869", "Sales; Dallas", MediaKeying.Dtls, "p;a=s[s]")],
            Trunk = Base.Trunk with { ExternalAddress = IPAddress.Parse("203.0.113.10"), LocalNets = ["10.0.0.0/8", "192.168.0.0/16"] },
        },
        "bots" => Base with { Bots = [new("ivy", "ws://127.0.0.1:9000/calls", null, ""), new("max", "wss://bots.example.com/voice", "asterisk", "p;w")] },
        "simulated" => Base with { WhatsApp = new() { Address = IPAddress.Loopback, Port = 5071, CaFile = "/srv/ringway/tls/ca.pem" } },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static SwitchConfiguration Base => new()
    {
        Lines = [new("main", "+17125550259", "Main number", MediaKeying.Sdes, "meta-made-this")],
        Trunk = new() { HostName = "pbx.example.com", CertificateFile = "/srv/ringway/tls/trunk.pem", KeyFile = "/srv/ringway/tls/trunk.key" },
        Ari = new() { Password = "random" },
    };

    [Theory]
    [InlineData("sdes")]
    [InlineData("dtls")]
    [InlineData("two-lines")]
    [InlineData("simulated")]
    [InlineData("bots")]
    public void The_files_are_what_the_golden_ones_say(string variant)
    {
        var folder = GoldenFolder(variant);
        var files = SwitchFiles.Of(Variant(variant), "/srv/ringway/asterisk/etc");
        if (Environment.GetEnvironmentVariable("RINGWAY_GOLDEN") == "write")
        {
            Directory.CreateDirectory(folder);
            foreach (var old in Directory.GetFiles(folder))
                File.Delete(old);
            foreach (var file in files)
                File.WriteAllText(Path.Combine(folder, file.Name), file.Render());
        }

        Assert.Equal(Directory.GetFiles(folder).Select(Path.GetFileName).Order(), files.Select(f => f.Name).Order());
        foreach (var file in files)
            Assert.Equal(File.ReadAllText(Path.Combine(folder, file.Name)), file.Render());
    }

    [Fact]
    public void Writing_twice_changes_nothing_and_a_changed_password_changes_only_its_file()
    {
        var folders = new AsteriskFolders(Directory.CreateTempSubdirectory("ringway-files-").FullName);
        var tree = new PackageTree("/srv/ringway/packages/asterisk", "22.10.1");
        Assert.Contains("pjsip.conf", SwitchFiles.Write(Base, folders, tree));
        Assert.Empty(SwitchFiles.Write(Base, folders, tree));

        var changed = SwitchFiles.Write(Base with { Lines = [Base.Lines[0] with { SipPassword = "another" }] }, folders, tree);

        Assert.Equal(["pjsip.conf"], changed);
        Assert.All(Directory.GetFiles(folders.Etc, "*.conf"), file =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Directory.Delete(folders.Root, recursive: true);
    }

    [Fact]
    public void An_export_is_a_folder_to_copy_to_etc_asterisk()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-export-").FullName;

        SwitchFiles.Export(Base, folder);

        Assert.False(File.Exists(Path.Combine(folder, "asterisk.conf")));
        Assert.Contains("directory=/etc/asterisk/hold", File.ReadAllText(Path.Combine(folder, "musiconhold.conf")), StringComparison.Ordinal);
        Assert.Contains("hosts=/etc/asterisk/hosts", File.ReadAllText(Path.Combine(folder, "resolver_unbound.conf")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "hosts")) && File.Exists(Path.Combine(folder, "hold/music.sln16")));
        Assert.Empty(SwitchFiles.Export(Base, folder));
        Directory.Delete(folder, recursive: true);
    }

    private static string GoldenFolder(string variant, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../golden/switch", variant));
}
