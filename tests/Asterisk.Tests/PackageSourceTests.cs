namespace Ringway.Asterisk.Tests;

public sealed class PackageSourceTests
{
    [Fact]
    public void A_deb822_file_of_a_container_image_is_understood()
    {
        using var machine = new Machine("ID=debian\nVERSION_CODENAME=bookworm\n");
        machine.Add("sources.list.d/debian.sources", """
            Types: deb
            # http://snapshot.example.org/archive/debian/20250520T000000Z
            URIs: http://mirror.company.example/debian
            Suites: bookworm bookworm-updates
            Components: main
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            URIs: http://mirror.company.example/debian-security
            Suites: bookworm-security
            Components: main
            """);

        var source = PackageSource.OfMachine(machine.Root);

        Assert.Equal(("http://mirror.company.example/debian", "bookworm"), (source.Mirror?.ToString(), source.OwnSuite));
    }

    [Theory]
    [InlineData("deb http://a.example/debian bookworm main", "http://a.example/debian")]
    [InlineData("deb [arch=amd64 signed-by=/nowhere.gpg] https://b.example/debian/ trixie main contrib", "https://b.example/debian/")]
    [InlineData("# deb http://old.example/debian x main\ndeb-src http://src.example/debian x main\ndeb http://c.example/debian x main", "http://c.example/debian")]
    [InlineData("deb http://node.example/node_20.x nodistro main\ndeb http://security.example/debian-security x main", null)]
    public void A_one_line_list_is_understood(string list, string? mirror)
    {
        using var machine = new Machine("ID=debian\nVERSION_CODENAME=trixie\n");
        machine.Add("sources.list", list);

        Assert.Equal(mirror, PackageSource.OfMachine(machine.Root).Mirror?.ToString());
    }

    [Fact]
    public void A_stanza_that_is_switched_off_is_not_used()
    {
        using var machine = new Machine("ID=debian\nVERSION_CODENAME=trixie\n");
        machine.Add("sources.list.d/a.sources", "Types: deb\nEnabled: no\nURIs: http://off.example/debian\nSuites: x\nComponents: main\n");

        Assert.Null(PackageSource.OfMachine(machine.Root).Mirror);
    }

    [Fact]
    public void Ubuntu_has_no_Debian_mirror_and_must_be_told_one()
    {
        using var machine = new Machine("ID=ubuntu\nVERSION_CODENAME=noble\n");
        machine.Add("sources.list.d/ubuntu.sources", "Types: deb\nURIs: http://ubuntu.example/ubuntu/\nSuites: noble\nComponents: main\nSigned-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg\n");

        var source = PackageSource.OfMachine(machine.Root);

        Assert.Equal((null, "bookworm"), (source.Mirror, source.OwnSuite));
        Assert.Equal("/usr/share/keyrings/debian-archive-keyring.gpg", source.Keyring);
    }

    private sealed class Machine : IDisposable
    {
        public string Root { get; } = Directory.CreateTempSubdirectory("ringway-machine-").FullName;

        public Machine(string osRelease)
        {
            Directory.CreateDirectory(Path.Combine(Root, "etc/apt/sources.list.d"));
            File.WriteAllText(Path.Combine(Root, "etc/os-release"), osRelease);
        }

        public void Add(string name, string text) => File.WriteAllText(Path.Combine(Root, "etc/apt", name), text);

        public void Dispose() => Directory.Delete(Root, recursive: true);
    }
}
