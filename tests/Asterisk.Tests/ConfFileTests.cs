using CsCheck;

namespace Ringway.Asterisk.Tests;

public sealed class ConfFileTests
{
    [Fact]
    public void The_text_says_who_wrote_it_and_why_and_keeps_the_order()
    {
        var file = new ConfFile("pjsip.conf", "The trunk.");
        file.Begin("line", "What lines share.", template: true).Set("type", "endpoint").Set("timers", false, "Meta refuses re-INVITEs");
        file.Begin("line-main", from: ["line"]).Set("contact", "sip:wa.meta.vc;transport=tls").Set("max", 3).SetIf("callerid", null);
        file.Begin("from-whatsapp").Arrow("exten", "_+X.,1,Hangup(20)").Comment("Nobody.");

        Assert.Equal("""
            ; Written by Ringway; changes are overwritten. The trunk.

            ; What lines share.
            [line](!)
            type=endpoint
            timers=no ; Meta refuses re-INVITEs

            [line-main](line)
            contact=sip:wa.meta.vc\;transport=tls
            max=3

            [from-whatsapp]
            exten => _+X.,1,Hangup(20)
            ; Nobody.

            """, file.Render());
    }

    [Theory]
    [InlineData("a\nexten => s,1,System(rm)")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    public void A_value_can_never_become_a_line_of_its_own(string value)
    {
        var section = new ConfFile("x.conf", "Test.").Begin("s");
        Assert.Throws<ArgumentException>(() => section.Set("key", value));
        Assert.Throws<ArgumentException>(() => section.Set("key", "v", value));
        Assert.Throws<ArgumentException>(() => section.Comment(value));
    }

    [Theory]
    [InlineData("a]b")]
    [InlineData("a=b")]
    [InlineData("a;b")]
    [InlineData("")]
    public void A_name_holds_nothing_that_the_file_format_uses(string name) =>
        Assert.Throws<ArgumentException>(() => new ConfFile("x.conf", "Test.").Begin(name));

    /// <summary>main/config.c: a semicolon begins a comment unless a backslash stands before it; then the backslash goes.</summary>
    [Fact]
    public void Asterisk_reads_back_every_value_that_was_written() =>
        Gen.String[Gen.Char["abc;[]=,>()&|\"' #$"], 0, 30].Sample(value =>
        {
            var file = new ConfFile("x.conf", "Test.");
            file.Begin("s").Set("key", value);
            var line = file.Render().Split('\n')[^2]["key=".Length..];
            Assert.DoesNotMatch(@"(?<!\\);", line);
            Assert.Equal(value, line.Replace("\\;", ";", StringComparison.Ordinal));
        });

    [Fact]
    public void A_file_is_written_once_readable_by_its_owner_alone_and_left_alone_when_nothing_changed()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-conf-").FullName;
        var file = new ConfFile("ari.conf", "Test.");
        file.Begin("ringway").Set("password", "x");

        Assert.True(file.Write(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "ari.conf")));
        Assert.False(file.Write(folder));
        File.AppendAllText(Path.Combine(folder, "ari.conf"), "by hand");
        Assert.True(file.Write(folder));

        Assert.Equal(["ari.conf"], Directory.GetFiles(folder).Select(Path.GetFileName));
        Directory.Delete(folder, recursive: true);
    }
}
