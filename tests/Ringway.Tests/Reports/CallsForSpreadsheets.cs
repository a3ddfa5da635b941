using Ringway.Calls;
using Ringway.Reports;
using Ringway.Store;
using Ringway.Tests.Api;

namespace Ringway.Tests.Reports;

public sealed class CallsForSpreadsheets
{
    [Fact]
    public void A_call_is_a_line_with_a_cell_for_each_name_of_the_header()
    {
        var line = CallCsv.Line(Example.Ended("n1-1", Example.Noon) with { OfferedTo = ["ada", "bob"] });

        Assert.Equal(
            "n1-1,inbound,main,+15550001000,Carla,+4915112345678,DE.123,ada,ada bob,2026-11-23T12:00:00.000Z,2026-11-23T12:00:00.001Z," +
            "2026-11-23T12:00:02.000Z,2026-11-23T12:00:10.000Z,2,8,completed,customer,200,The WhatsApp user hung up.\r\n", line);
        Assert.Equal(CallCsv.Header.Split(',').Length, line.Split(',').Length);
    }

    [Fact]
    public void What_is_not_known_is_an_empty_cell()
    {
        var line = CallCsv.Line(Example.Call() with
        {
            Direction = Direction.Outbound, Customer = new CustomerFact(null, null, null), OfferedTo = [], OfferedAt = null, EndedAt = Example.Noon,
        });

        Assert.Equal("n1-1,outbound,main,+15550001000,,,,,,2026-11-23T12:00:00.000Z,,,2026-11-23T12:00:00.000Z,,,,,,\r\n", line);
    }

    [Theory]
    [InlineData("Carla", "Carla")]
    [InlineData("Žižek 日本", "Žižek 日本")]
    [InlineData("Doe, Jane", "\"Doe, Jane\"")]
    [InlineData("Jane \"JD\" Doe", "\"Jane \"\"JD\"\" Doe\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 151", "'+49 151")]
    [InlineData("-2", "'-2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("a=1", "a=1")]
    public void A_name_that_a_spreadsheet_would_misread_is_made_harmless(string name, string cell) =>
        Assert.StartsWith(
            $"n1-1,inbound,main,+15550001000,{cell},+4915112345678,",
            CallCsv.Line(Example.Ended("n1-1", Example.Noon) with { Customer = new CustomerFact(name, PhoneNumber.Parse("+4915112345678"), null) }),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(null, null, "2026-10-24T12:00:00Z", "2026-11-23T12:00:00Z")]
    [InlineData("2026-11-01", null, "2026-11-01T00:00:00Z", "2026-11-23T12:00:00Z")]
    [InlineData(null, "2026-11-01T08:00+01:00", "2026-10-02T07:00:00Z", "2026-11-01T07:00:00Z")]
    [InlineData("2025-11-23T12:00:00.5Z", "2026-11-23T12:00:00Z", "2025-11-23T12:00:00.5Z", "2026-11-23T12:00:00Z")]
    public void A_period_is_read_from_times_and_dates_of_UTC(string? from, string? to, string begins, string ends)
    {
        Assert.True(Period.TryRead(from, to, Example.Noon, out var period));
        Assert.Equal((begins, ends), (period.From.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFZ", null), period.To.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFZ", null)));
    }

    [Theory]
    [InlineData("yesterday", null)]
    [InlineData("23.11.2026", null)]
    [InlineData("", null)]
    [InlineData("2026-11-24", null)]
    [InlineData("2026-11-02", "2026-11-02")]
    [InlineData("2024-01-01", "2026-01-01")]
    [InlineData("0001-01-01", "0001-02-01")]
    [InlineData(null, "1970-01-00")]
    public void A_period_that_is_none_is_refused(string? from, string? to) =>
        Assert.False(Period.TryRead(from, to, Example.Noon, out _));
}
