using Ringway.Options;

namespace Ringway.Tests.Options;

public sealed class SecretsOnDisk : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-secrets-").FullName;

    private string Kept => Path.Combine(_folder, "secrets.json");

    [Fact]
    public void They_are_made_once_and_only_their_owner_reads_them()
    {
        var first = Secrets.Open(_folder);
        var second = Secrets.Open(_folder);

        Assert.Equal((first.Ari, first.Key), (second.Ari, second.Key));
        Assert.Equal(first.Agents, second.Agents);
        Assert.Equal(first.Lines, second.Lines);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Kept));
        Assert.Equal(64, first.Ari.Length);
        Assert.Equal(["ada", "bob"], first.Agents.Keys);
        Assert.NotEqual(first.Agents["ada"], first.Agents["bob"]);
        Assert.Equal(["secrets.json"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void What_an_older_version_left_is_kept_and_filled_up()
    {
        File.WriteAllText(Kept, """{"ari":"kept"}""");

        var secrets = Secrets.Open(_folder);

        Assert.Equal("kept", secrets.Ari);
        Assert.Equal(secrets.Key, Secrets.Open(_folder).Key);
    }

    [Fact]
    public void A_damaged_file_is_not_overwritten_but_told_with_the_cure()
    {
        File.WriteAllText(Kept, "{\"ari\":");

        var fault = Assert.Throws<InvalidDataException>(() => Secrets.Open(_folder));

        Assert.Contains("Put the file back, or remove it", fault.Message);
        Assert.Equal("{\"ari\":", File.ReadAllText(Kept));
    }

    [Fact]
    public void A_demonstration_has_a_line_at_the_simulator_and_two_agents()
    {
        var secrets = Secrets.Open(_folder);

        var options = new RingwayOptions().FillWithDemo(secrets);

        var line = Assert.Single(options.Lines);
        Assert.Equal(("main", "+15550001000", true), (line.Id, line.Number.E164, line.IsDemo));
        Assert.Equal(["ada", "bob"], options.Agents.Select(agent => agent.Id));
        Assert.Equal((System.Net.IPAddress.Loopback, 5071), (options.WhatsApp.Address, options.WhatsApp.Port));
        Assert.True(options.WithSimulator);
        Assert.Equal(options.Lines, options.FillWithDemo(secrets).Lines.AsEnumerable());
    }

    [Fact]
    public void What_the_operator_wrote_is_not_touched()
    {
        var written = new RingwayOptions
        {
            Lines = [new LineOptions { Id = "shop", Number = PhoneNumber.Parse("+4930901820"), Password = new Secret("x") }],
            Agents = [new AgentOptions { Id = "carla", Password = new Secret("correct-horse") }],
        };

        Assert.Equal(written, written.FillWithDemo(Secrets.Open(_folder)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
