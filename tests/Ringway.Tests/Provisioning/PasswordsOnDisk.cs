using System.Text.Json.Nodes;
using Ringway.Options;
using Ringway.WhatsApp.Provisioning;

namespace Ringway.Tests.Provisioning;

public sealed class PasswordsOnDisk : IDisposable
{
    private const string Id = "106540352242922";
    private const string Password = "0123456789abcdefghijABCDEFGHIJ01";

    private static readonly DateTimeOffset Now = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-numbers-").FullName;
    private readonly Secrets _secrets;

    public PasswordsOnDisk() => _secrets = Secrets.Open(_folder);

    private string Kept => Path.Combine(_folder, "numbers.json");

    private NumbersFile Numbers => new(_folder, _secrets);

    [Fact]
    public void A_password_that_was_kept_is_there_again_and_only_its_owner_reads_the_file()
    {
        Assert.Null(Numbers.Password(Id));
        Assert.True(Numbers.Keep(Id, Password, Now));

        Assert.Equal(Password, Numbers.Password(Id)!.Reveal());
        Assert.False(Numbers.Keep(Id, Password, Now));
        Assert.True(Numbers.Keep(Id, "another", Now));
        Assert.Equal("another", Numbers.Password(Id)!.Reveal());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Kept));
    }

    [Fact]
    public void The_file_shows_no_password_and_not_even_that_two_are_the_same()
    {
        Numbers.Keep(Id, Password, Now);
        Numbers.Keep("2", Password, Now);

        var file = JsonNode.Parse(File.ReadAllText(Kept))!;
        Assert.DoesNotContain(Password, file.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(file[Id]!["password"]!.ToString(), file["2"]!["password"]!.ToString());
    }

    [Fact]
    public void With_another_key_or_on_another_number_it_is_no_password()
    {
        Numbers.Keep(Id, Password, Now);
        Assert.Null(new NumbersFile(_folder, _secrets with { Key = Convert.ToBase64String(new byte[32]) }).Password(Id));

        File.WriteAllText(Kept, File.ReadAllText(Kept).Replace(Id, "2", StringComparison.Ordinal));
        Assert.Null(Numbers.Password("2"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"106540352242922\":{\"password\":\"AAAA\"}}")]
    [InlineData("{\"106540352242922\":{\"password\":\"no base64!\"}}")]
    [InlineData("{\"106540352242922\":{}}")]
    public void A_damaged_file_is_as_good_as_none(string text)
    {
        File.WriteAllText(Kept, text);
        Assert.Null(Numbers.Password(Id));
        Assert.True(Numbers.Keep(Id, Password, Now));
        Assert.Equal(Password, Numbers.Password(Id)!.Reveal());
    }

    [Fact]
    public void What_the_operator_wrote_comes_before_what_was_fetched()
    {
        Numbers.Keep(Id, Password, Now);
        Assert.Equal("written", Filled(Line("written")).Reveal());
        Assert.Equal(Password, Filled(Line("")).Reveal());
    }

    [Fact]
    public void A_line_without_any_is_a_fault_that_says_what_to_do()
    {
        var fault = Assert.Throws<ConfigurationException>(() => Filled(Line("")));
        Assert.Contains("lines[0].password: line shop has no SIP password yet: run `ringway whatsapp apply --line shop`", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_the_simulator_trunk_and_simulated_Meta_agree_on_one_without_asking()
    {
        var first = Filled(Line(""), SimulatorMode.On).Reveal();
        Assert.Equal(32, first.Length);
        Assert.Equal(first, Filled(Line(""), SimulatorMode.On).Reveal());
    }

    [Fact]
    public void The_demonstrations_own_gives_way_to_what_the_simulated_Meta_told_later()
    {
        var demo = new RingwayOptions().FillWithDemo(_secrets);
        Assert.Equal(_secrets.Lines["main"], demo.FillWithPasswords(_secrets, Numbers).Lines[0].Password.Reveal());

        Numbers.Keep(Demo.PhoneNumberId, Password, Now);
        Assert.Equal(Password, demo.FillWithPasswords(_secrets, Numbers).Lines[0].Password.Reveal());
    }

    [Fact]
    public void What_is_fetched_while_ringway_runs_is_what_an_Asterisk_that_is_started_anew_takes()
    {
        Numbers.Keep(Id, Password, Now);
        var (fetched, written) = (Complete(Line("")), Complete(Line("written")));

        Numbers.Keep(Id, "another", Now);

        Assert.Equal("another", LinePasswords.Current(fetched, Numbers).Reveal());
        Assert.Equal("written", LinePasswords.Current(written, Numbers).Reveal());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static LineOptions Line(string password) =>
        new() { Id = "shop", Number = PhoneNumber.Parse("+4930901820"), PhoneNumberId = Id, Password = new Secret(password) };

    private Secret Filled(LineOptions line, SimulatorMode simulator = SimulatorMode.Off) => Complete(line, simulator).Password;

    private LineOptions Complete(LineOptions line, SimulatorMode simulator = SimulatorMode.Off) =>
        new RingwayOptions { Lines = [line], Simulator = new() { Enabled = simulator } }.FillWithPasswords(_secrets, Numbers).Lines[0];
}
