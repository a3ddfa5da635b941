using System.Text.Json;

namespace Ringway.Tests.Options;

public sealed class PhoneNumbers
{
    [Theory]
    [InlineData("+15550001000", "+15550001000")]
    [InlineData(" +49 (30) 90.18-20 ", "+4930901820")]
    public void A_number_is_read_as_people_write_it(string written, string e164) =>
        Assert.Equal(e164, PhoneNumber.Parse(written).E164);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("15550001000")]
    [InlineData("+1")]
    [InlineData("+1555000100000000000")]
    [InlineData("+999123456789")]
    [InlineData("+1 800 FLOWERS")]
    [InlineData("+15550001000;tag=1")]
    [InlineData("+15550001000\r\nContact: x")]
    public void What_is_no_number_is_refused_with_a_reason(string? text)
    {
        Assert.False(PhoneNumber.TryParse(text, out _, out var whyNot));
        Assert.NotEmpty(whyNot);
    }

    [Fact]
    public void A_number_prints_masked_and_only_JSON_has_it_whole()
    {
        var number = PhoneNumber.Parse("+15550001000");

        Assert.Equal("+1••••••••00", number.ToString());
        Assert.Equal("+1••••••••00", $"{number}");
        Assert.Equal("", default(PhoneNumber).ToString());
        Assert.Equal("+1 555-000-1000", number.International);
        Assert.Equal(number, JsonSerializer.Deserialize<PhoneNumber>(JsonSerializer.Serialize(number)));
    }
}
