using System.Diagnostics;

namespace ClosedDoor.Demo;

/// <summary>What is printed: numbered scenes, a line for who did what and what was answered, and how the seats then stood.</summary>
sealed class Transcript(TextWriter output)
{
    const int ActorWidth = 12;
    const int LineWidth = 110;

    readonly Stopwatch _watch = Stopwatch.StartNew();
    int _scenes;
    int _steps;
    int _checks;
    string _scene = "准备";
    string _step = "启动服务";

    public void Title(string title, string setting)
    {
        output.WriteLine(title);
        output.WriteLine(setting);
        output.WriteLine("席位图例：● 已确认  ◐ 暂留  ○ 可订");
    }

    public void Scene(string title)
    {
        _scene = title;
        output.WriteLine();
        output.WriteLine($"{++_scenes}. {title}");
    }

    /// <summary>What is about to be tried: if it fails, it is what failed.</summary>
    public void Trying(string who, string what) => _step = $"{who} {what}";

    public void Step(string who, string what, string answer)
    {
        _steps++;
        var line = $"   {Padded(who)}{what}";
        if (Width(line) + Width(answer) + 4 > LineWidth)
            line += $"{Environment.NewLine}   {Padded("")}";
        else
            line += "  ";
        output.WriteLine($"{line}→ {answer}");
    }

    public void Mail(string to, string subject) => output.WriteLine($"   {Padded("")}✉ {to}收到邮件「{subject}」");

    public void Time(string now, string why) => output.WriteLine($"   {Padded("时间")}⏩ {now}　{why}");

    /// <summary>Lines as they are, such as those of a grid.</summary>
    public void Lines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            output.WriteLine($"      {line}");
    }

    public void Remark(string text) => output.WriteLine($"   {Padded("")}（{text}）");

    public void Seats(SeatCounts seats) =>
        output.WriteLine(
            $"   {Padded("席位")}{Repeated('●', seats.Confirmed)}{Repeated('◐', seats.Held)}{Repeated('○', seats.Available)}"
                + $"  共 {seats.Cap} 席：暂留 {seats.Held}，已确认 {seats.Confirmed}，可订 {seats.Available}"
        );

    /// <summary>One thing was looked at and is as told.</summary>
    public void Checked() => _checks++;

    public void End()
    {
        output.WriteLine();
        output.WriteLine(
            $"演示完成：{_scenes} 个场景，{_steps} 个步骤，{_checks} 项核对，全部与预期一致，用时 {_watch.Elapsed.TotalSeconds:0.0} 秒。"
        );
    }

    public void Failed(string why)
    {
        output.WriteLine();
        output.WriteLine($"✗ 演示在此步骤中断：{_scene} · {_step}");
        output.WriteLine($"  {why}");
    }

    static string Repeated(char seat, long count) => new(seat, (int)count);

    static string Padded(string who) => who + new string(' ', Math.Max(2, ActorWidth + 2 - Width(who)));

    // On a terminal a Chinese character or full-width sign is two columns wide.
    public static int Width(string text) => text.Sum(c => c >= '\u2E80' ? 2 : 1);
}
