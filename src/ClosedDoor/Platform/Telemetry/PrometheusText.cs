using System.Globalization;
using System.Text;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// The Prometheus text exposition format, version 0.0.4. Names follow OpenTelemetry's mapping: dots become underscores,
/// the unit and <c>_total</c> are appended.
/// </summary>
static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string NameOf(string instrument, string? unit, MetricKind kind)
    {
        var name = new StringBuilder(LabelName(instrument));
        var suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => "", // A counted thing in braces, as in {request}, names no unit.
        };
        if (!instrument.EndsWith(suffix, StringComparison.Ordinal))
            name.Append(suffix);
        if (kind is MetricKind.Counter)
            name.Append("_total");
        return name.ToString();
    }

    public static void Write(StringBuilder text, MetricFamily family)
    {
        var started = false;
        foreach (var series in family.All)
        {
            if (!started)
                Header(text, family.Name, family.Help, family.Kind);
            started = true;
            if (family.Kind is MetricKind.Histogram)
                Histogram(text, family.Name, series);
            else
                Sample(text, family.Name, series.Labels, null, series.Value);
        }
    }

    /// <summary>A gauge without labels.</summary>
    public static void Gauge(StringBuilder text, string name, string help, double value)
    {
        Header(text, name, help, MetricKind.Gauge);
        Sample(text, name, [], null, value);
    }

    static void Header(StringBuilder text, string name, string help, MetricKind kind) =>
        text.Append("# HELP ")
            .Append(name)
            .Append(' ')
            .Append(help.Replace("\\", "\\\\").Replace("\n", "\\n"))
            .Append("\n# TYPE ")
            .Append(name)
            .Append(
                kind switch
                {
                    MetricKind.Counter => " counter\n",
                    MetricKind.Gauge => " gauge\n",
                    _ => " histogram\n",
                }
            );

    static void Histogram(StringBuilder text, string name, MetricFamily.Series series)
    {
        var buckets = series.Buckets;
        var sum = series.Value;
        long count = 0;
        for (var i = 0; i < buckets.Length; i++)
        {
            count += buckets[i];
            var bound = i < MetricFamily.BucketBounds.Length ? MetricFamily.BucketBounds[i] : double.PositiveInfinity;
            Sample(text, name + "_bucket", series.Labels, Number(bound), count);
        }
        Sample(text, name + "_sum", series.Labels, null, sum);
        Sample(text, name + "_count", series.Labels, null, count);
    }

    static void Sample(
        StringBuilder text,
        string name,
        ReadOnlySpan<KeyValuePair<string, string>> labels,
        string? upperBound,
        double value
    )
    {
        text.Append(name);
        var separator = '{';
        foreach (var (label, content) in labels)
        {
            text.Append(separator).Append(LabelName(label)).Append("=\"").Append(Escape(content)).Append('"');
            separator = ',';
        }
        if (upperBound is not null)
        {
            text.Append(separator).Append("le=\"").Append(upperBound).Append('"');
            separator = ',';
        }
        if (separator == ',')
            text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"").Replace("\n", "\\n");

    static string LabelName(string name) =>
        string.Create(
            name.Length,
            name,
            static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                    span[i] =
                        char.IsAsciiLetterOrDigit(source[i]) && (i > 0 || !char.IsAsciiDigit(source[i]))
                            ? source[i]
                            : '_';
            }
        );

    static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
