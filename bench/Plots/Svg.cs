using System.Globalization;
using System.Xml.Linq;

namespace Ringway.Bench.Plots;

/// <summary>A chart as SVG on a ground of its own, so that it can be read on light and dark pages alike.</summary>
public sealed class Svg(Chart chart)
{
    private const int Width = 760, Margin = 20, Names = 180, Values = 190, BarHeight = 18, BarGap = 4, GroupGap = 16, Foot = 62;

    private static readonly XNamespace Xml = "http://www.w3.org/2000/svg";

    private const string Style = """
        text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328 }
        .title { font-size: 16px; font-weight: 600 } .small { font-size: 12px; fill: #59636e } .ours { font-weight: 600 }
        .figure { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round }
        .ground { fill: #fff; stroke: #d1d9e0 } .grid { stroke: #d1d9e0 } .zero, .whisker { stroke: #1f2328 } .whisker { stroke-width: 1.5 }
        .s0 { fill: #4c8dd6 } .s1 { fill: #e3a33b }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 } .figure { stroke: #0d1117 } .small { fill: #9198a1 } .ground { fill: #0d1117; stroke: #3d444d } .grid { stroke: #2f363d }
          .zero, .whisker { stroke: #e6edf3 } .s0 { fill: #3b74b8 } .s1 { fill: #a8741d }
        }
        """;

    private readonly int _group = chart.Series.Count * (BarHeight + BarGap) - BarGap + GroupGap;

    private readonly Axis _axis = new(
        Math.Min(0, Bars(chart).Min(bar => bar.Low ?? bar.Value)), Bars(chart).Max(bar => Math.Max(bar.Value, bar.High ?? bar.Value)),
        Names + Margin, Width - Names - Values - 2 * Margin);

    private int Top => chart.Series is [""] ? 62 : 84;

    private int Bottom => Top + chart.Contenders.Count * _group;

    public override string ToString()
    {
        var height = Bottom + Foot;
        return new XElement(Xml + "svg",
            new XAttribute("viewBox", $"0 0 {Text(Width)} {Text(height)}"), new XAttribute("width", Text(Width)), new XAttribute("height", Text(height)),
            new XAttribute("role", "img"), new XAttribute("aria-labelledby", "title words"),
            new XElement(Xml + "title", new XAttribute("id", "title"), chart.Title),
            new XElement(Xml + "desc", new XAttribute("id", "words"), chart.Description),
            new XElement(Xml + "style", "\n" + Style + "\n"),
            Rectangle("ground", 0.5, 0.5, Width - 1, height - 1, rounded: 6),
            Words("title", Margin, 32, chart.Title),
            Legend(), Grid(), chart.Contenders.SelectMany(Group),
            Words("small", Margin, height - 16, chart.Note)).ToString();
    }

    private IEnumerable<XElement> Legend()
    {
        var named = chart.Series.Select((name, n) => (name, n)).Where(series => series.name.Length > 0);
        foreach (var (name, n) in named)
        {
            yield return Rectangle($"s{n}", Names + Margin + n * 150, 50, 12, 12);
            yield return Words("", Names + Margin + n * 150 + 18, 61, name);
        }
    }

    private IEnumerable<XElement> Grid()
    {
        foreach (var mark in _axis.Marks)
        {
            yield return Line(mark == 0 ? "zero" : "grid", _axis.At(mark), Top - 6, _axis.At(mark), Bottom - 4);
            yield return Words("small", _axis.At(mark), Bottom + 12, mark.ToString("#,0.##", CultureInfo.InvariantCulture), "middle");
        }

        yield return Words("small", Width - Margin, Bottom + 12, chart.Unit, "end");
    }

    private IEnumerable<XElement> Group(Contender contender, int number)
    {
        var top = Top + number * _group;
        var middle = top + (_group - GroupGap) / 2.0;
        yield return Words(contender.Name == "ringway" ? "ours" : "", Names + Margin - 10, middle + 4.5, contender.Name, "end");
        for (var n = 0; n < contender.Bars.Count; n++)
            if (contender.Bars[n] is { } bar)
                foreach (var element in Drawn(bar, n, top + n * (BarHeight + BarGap))) yield return element;
    }

    private IEnumerable<XElement> Drawn(Bar bar, int series, double top)
    {
        var (zero, end, middle) = (_axis.At(0), _axis.At(bar.Value), top + BarHeight / 2.0);
        yield return Rectangle($"s{series}", Math.Min(zero, end), top, Math.Abs(end - zero), BarHeight);
        var beside = Math.Max(zero, end);
        if (bar is { Low: { } low, High: { } high })
        {
            beside = Math.Max(beside, _axis.At(high));
            yield return Line("whisker", _axis.At(low), middle, _axis.At(high), middle);
            yield return Line("whisker", _axis.At(low), middle - 4, _axis.At(low), middle + 4);
            yield return Line("whisker", _axis.At(high), middle - 4, _axis.At(high), middle + 4);
        }

        yield return Words("figure", beside + 8, middle + 4.5, bar.Text);
    }

    private static IEnumerable<Bar> Bars(Chart chart) => chart.Contenders.SelectMany(contender => contender.Bars).OfType<Bar>();

    private static XElement Rectangle(string look, double x, double y, double width, double height, int rounded = 2) => Element(
        "rect", look, ("x", x), ("y", y), ("width", width), ("height", height), ("rx", rounded));

    private static XElement Line(string look, double x1, double y1, double x2, double y2) => Element(
        "line", look, ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2));

    private static XElement Words(string look, double x, double y, string words, string anchor = "start")
    {
        var text = Element("text", look, ("x", x), ("y", y));
        if (anchor != "start") text.Add(new XAttribute("text-anchor", anchor));
        text.Add(words);
        return text;
    }

    private static XElement Element(string name, string look, params ReadOnlySpan<(string Name, double Value)> numbers)
    {
        var element = new XElement(Xml + name);
        if (look.Length > 0) element.Add(new XAttribute("class", look));
        foreach (var (attribute, value) in numbers) element.Add(new XAttribute(attribute, Text(value)));
        return element;
    }

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
