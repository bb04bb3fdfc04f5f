using System.Text;
using ClosedDoor.Tests;

namespace ClosedDoor.Chaos;

/// <summary>
/// nginx in front of the instances, on loopback, with all its files in the scratch folder. Whoever says that it is not
/// ready gets no new requests, as any balancer with health checks does; nginx itself has none in its free edition.
/// </summary>
sealed class LoadBalancer(Scratch scratch, IReadOnlyList<Instance> instances) : IAsyncDisposable
{
    readonly string _nginx = Scratch.Find("nginx") ?? throw new InvalidOperationException("nginx is not installed.");
    readonly string _folder = scratch.In("nginx");
    readonly CancellationTokenSource _stop = new();
    Task _watching = Task.CompletedTask;
    string _written = "";

    public int Port { get; } = Ports.Free();

    public static bool Installed => Scratch.Find("nginx") is not null;

    public async Task Start()
    {
        await Write([.. instances.Select(instance => instance.Port)]);
        await Scratch.Run(true, _nginx, "-p", _folder, "-c", "nginx.conf");
        _watching = Watch();
    }

    async Task Watch()
    {
        while (!_stop.IsCancellationRequested)
        {
            var ready = new List<int>();
            foreach (var instance in instances)
            {
                if (instance.Running && await instance.IsReady())
                    ready.Add(instance.Port);
            }
            if (ready.Count > 0 && await Write(ready))
                await Scratch.Run(false, _nginx, "-p", _folder, "-c", "nginx.conf", "-s", "reload");
            await Task.Delay(200);
        }
    }

    async Task<bool> Write(IReadOnlyList<int> ports)
    {
        var servers = new StringBuilder();
        foreach (var port in ports)
            servers.Append($"    server 127.0.0.1:{port} max_fails=0;\n");
        var text = $$"""
            worker_processes 1;
            pid {{_folder}}/nginx.pid;
            error_log {{_folder}}/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path {{_folder}}/body;
              proxy_temp_path {{_folder}}/proxy;
              fastcgi_temp_path {{_folder}}/fastcgi;
              uwsgi_temp_path {{_folder}}/uwsgi;
              scgi_temp_path {{_folder}}/scgi;
              upstream closeddoor {
            {{servers}}  }
              server {
                listen 127.0.0.1:{{Port}};
                location / {
                  proxy_pass http://closeddoor;
                  proxy_http_version 1.1;
                  proxy_read_timeout 120s;
                  proxy_next_upstream off; # Else it would be nginx that loses nothing, by asking the next.
                  proxy_set_header Host $host;
                  proxy_set_header X-Forwarded-For $remote_addr;
                  proxy_set_header X-Forwarded-Proto $scheme;
                }
              }
            }
            """;
        if (text == _written)
            return false;
        _written = text;
        await File.WriteAllTextAsync(Path.Combine(_folder, "nginx.conf"), text);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        await Scratch.Run(false, _nginx, "-p", _folder, "-c", "nginx.conf", "-s", "stop");
        _stop.Dispose();
    }
}
