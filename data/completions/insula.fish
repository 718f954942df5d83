# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_insula_global_optspecs
    string join \n data-dir= policy-dir= h/help V/version
end

function __fish_insula_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_insula_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_insula_using_subcommand
    set -l cmd (__fish_insula_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c insula -n "__fish_insula_needs_command" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_needs_command" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_needs_command" -s h -l help -d 'Print help'
complete -c insula -n "__fish_insula_needs_command" -s V -l version -d 'Print version'
complete -c insula -n "__fish_insula_needs_command" -f -a "new" -d 'Begin an app'
complete -c insula -n "__fish_insula_needs_command" -f -a "dev" -d 'Run an app while you write it'
complete -c insula -n "__fish_insula_needs_command" -f -a "keygen" -d 'Make a key to sign apps with'
complete -c insula -n "__fish_insula_needs_command" -f -a "pack" -d 'Make a signed app of a folder'
complete -c insula -n "__fish_insula_needs_command" -f -a "sign" -d 'Sign a web bundle that another tool made'
complete -c insula -n "__fish_insula_needs_command" -f -a "inspect" -d 'Show what is in a bundle, whether or not it is valid'
complete -c insula -n "__fish_insula_needs_command" -f -a "verify" -d 'Say whether an app can be trusted to be what its author signed, and be installed'
complete -c insula -n "__fish_insula_needs_command" -f -a "install" -d 'Install an app, or update it'
complete -c insula -n "__fish_insula_needs_command" -f -a "list" -d 'List what is installed'
complete -c insula -n "__fish_insula_needs_command" -f -a "update" -d 'Look for newer versions of apps, and install them'
complete -c insula -n "__fish_insula_needs_command" -f -a "uninstall" -d 'Remove an app with everything that it stored and that you decided about it'
complete -c insula -n "__fish_insula_needs_command" -f -a "run" -d 'Run an app'
complete -c insula -n "__fish_insula_needs_command" -f -a "control" -d 'Command an app that is running'
complete -c insula -n "__fish_insula_needs_command" -f -a "permissions" -d 'Show what apps may do, or change it'
complete -c insula -n "__fish_insula_needs_command" -f -a "catalog" -d 'Show in words what an app asks for at its first run, as an app catalogue would'
complete -c insula -n "__fish_insula_needs_command" -f -a "policy" -d 'Check policy files, say why a permission is as it is, or install the apps that are ordered'
complete -c insula -n "__fish_insula_needs_command" -f -a "register" -d 'Open signed bundles (`.swbn`) from the file manager'
complete -c insula -n "__fish_insula_needs_command" -f -a "doctor" -d 'Check that this machine has what apps need'
complete -c insula -n "__fish_insula_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c insula -n "__fish_insula_using_subcommand new" -l name -d 'What to call the app, instead of as its folder' -r
complete -c insula -n "__fish_insula_using_subcommand new" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand new" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand dev" -l as -d 'What to run an address as, whatever the server has' -r -f -a "isolated\t'An Isolated Web App'
site\t'A site'"
complete -c insula -n "__fish_insula_using_subcommand dev" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand dev" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand dev" -l mock-devices -d 'Give the app, and the pages in its frames, a camera and a microphone that are made up'
complete -c insula -n "__fish_insula_using_subcommand dev" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand keygen" -s o -l output -d 'The file to write the private key to. It must not exist' -r -F
complete -c insula -n "__fish_insula_using_subcommand keygen" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand keygen" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand keygen" -l ecdsa -d 'Make an ECDSA P-256 key instead of an Ed25519 key'
complete -c insula -n "__fish_insula_using_subcommand keygen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand pack" -s k -l key -d 'A private key to sign with; the first is the app\'s identity' -r -F
complete -c insula -n "__fish_insula_using_subcommand pack" -s o -l output -d 'The signed bundle to write' -r -F
complete -c insula -n "__fish_insula_using_subcommand pack" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand pack" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand pack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand sign" -s k -l key -d 'A private key to sign with; several give several signatures' -r -F
complete -c insula -n "__fish_insula_using_subcommand sign" -l id -d 'The app\'s id, if it is not that of the first key' -r
complete -c insula -n "__fish_insula_using_subcommand sign" -s o -l output -d 'The signed bundle to write' -r -F
complete -c insula -n "__fish_insula_using_subcommand sign" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand sign" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand sign" -l rotated -d 'Sign without the key of the id, whose place another has taken: accepted only where the policy `KeyRotations` says so'
complete -c insula -n "__fish_insula_using_subcommand sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand inspect" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand inspect" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand inspect" -l json -d 'Print JSON'
complete -c insula -n "__fish_insula_using_subcommand inspect" -s h -l help -d 'Print help'
complete -c insula -n "__fish_insula_using_subcommand verify" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand verify" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand verify" -l json -d 'Print JSON'
complete -c insula -n "__fish_insula_using_subcommand verify" -s h -l help -d 'Print help'
complete -c insula -n "__fish_insula_using_subcommand install" -l channel -d 'Of a list of releases, the newest of this channel' -r
complete -c insula -n "__fish_insula_using_subcommand install" -l compatibility -d 'Whose answers the app\'s frames give from now on, where the specification and Chromium differ' -r -f -a "chromium\t'Those of Chromium\'s element'
none\t'The specification\'s'
manifest\t'What the app\'s manifest says, which is the specification\'s if it says nothing'"
complete -c insula -n "__fish_insula_using_subcommand install" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand install" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand install" -l ask -d 'Ask in a dialog first, which shows what the app is, and open it then'
complete -c insula -n "__fish_insula_using_subcommand install" -l no-menu-entry -d 'Leave the desktop\'s menu as it is'
complete -c insula -n "__fish_insula_using_subcommand install" -l allow-downgrade -d 'Replace a newer version by an older one, or the same version by other content'
complete -c insula -n "__fish_insula_using_subcommand install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand list" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand list" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand list" -l json -d 'Print JSON'
complete -c insula -n "__fish_insula_using_subcommand list" -s h -l help -d 'Print help'
complete -c insula -n "__fish_insula_using_subcommand update" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand update" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand update" -l check -d 'Only say what is newer; the answer is 1 if something is'
complete -c insula -n "__fish_insula_using_subcommand update" -l json -d 'Print JSON'
complete -c insula -n "__fish_insula_using_subcommand update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand uninstall" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand uninstall" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand uninstall" -s h -l help -d 'Print help'
complete -c insula -n "__fish_insula_using_subcommand run" -l open -d 'Open files of this machine, and links, that the app\'s manifest says it opens (`file_handlers`, `protocol_handlers`): what the desktop starts it for' -r
complete -c insula -n "__fish_insula_using_subcommand run" -l automation -d 'Let WebKitWebDriver drive the app, and its frames as further windows; it cannot click or type. NAME is the `browserName` that the test asks for, if it is not `Insula`. Camera and microphone are made up' -r
complete -c insula -n "__fish_insula_using_subcommand run" -l compatibility -d 'Whose answers the app\'s frames give, where the specification and Chromium differ' -r -f -a "chromium\t'Those of Chromium\'s element'
none\t'The specification\'s'
manifest\t'What the app\'s manifest says, which is the specification\'s if it says nothing'"
complete -c insula -n "__fish_insula_using_subcommand run" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand run" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand run" -l console -d 'Print the app\'s console, and those of its frames, as lines of JSON (WebKit prints none with --automation)'
complete -c insula -n "__fish_insula_using_subcommand run" -l mock-devices -d 'Give the app, and the pages in its frames, a camera and a microphone that are made up, for tests and demonstrations'
complete -c insula -n "__fish_insula_using_subcommand run" -l tell -d 'Tell in a window if the app cannot be started, as menu entries do: nobody sees what they print'
complete -c insula -n "__fish_insula_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand control" -s o -l output -d 'The file to write a picture to, in PNG' -r -F
complete -c insula -n "__fish_insula_using_subcommand control" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand control" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand control" -l json -d 'Print the state as JSON'
complete -c insula -n "__fish_insula_using_subcommand control" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand permissions" -l name -d 'Show only this permission: who may use the camera?' -r
complete -c insula -n "__fish_insula_using_subcommand permissions" -l export -d 'Write all decisions to a file, or to standard output with `-`' -r -F
complete -c insula -n "__fish_insula_using_subcommand permissions" -l import -d 'Take decisions over from such a file, or from standard input with `-`, where nothing is decided here. What your organization forbids is not granted, and neither is access to any server' -r -F
complete -c insula -n "__fish_insula_using_subcommand permissions" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand permissions" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand permissions" -l json -d 'Print JSON'
complete -c insula -n "__fish_insula_using_subcommand permissions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand catalog" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand catalog" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand catalog" -l json -d 'Print JSON'
complete -c insula -n "__fish_insula_using_subcommand catalog" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand policy; and not __fish_seen_subcommand_from check explain apply help" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand policy; and not __fish_seen_subcommand_from check explain apply help" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand policy; and not __fish_seen_subcommand_from check explain apply help" -s h -l help -d 'Print help'
complete -c insula -n "__fish_insula_using_subcommand policy; and not __fish_seen_subcommand_from check explain apply help" -f -a "check" -d 'Tell of everything that is wrong in policy files, with line and column'
complete -c insula -n "__fish_insula_using_subcommand policy; and not __fish_seen_subcommand_from check explain apply help" -f -a "explain" -d 'Say which file and which key decide about an app\'s permissions, and what else was said'
complete -c insula -n "__fish_insula_using_subcommand policy; and not __fish_seen_subcommand_from check explain apply help" -f -a "apply" -d 'Install the apps that your organization orders, and remove those that it orders no more'
complete -c insula -n "__fish_insula_using_subcommand policy; and not __fish_seen_subcommand_from check explain apply help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from check" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from check" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from check" -l json -d 'Print JSON'
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from explain" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from explain" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from explain" -l json -d 'Print JSON'
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help'
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from apply" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from apply" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from apply" -l json -d 'Print JSON'
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "check" -d 'Tell of everything that is wrong in policy files, with line and column'
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Say which file and which key decide about an app\'s permissions, and what else was said'
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Install the apps that your organization orders, and remove those that it orders no more'
complete -c insula -n "__fish_insula_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c insula -n "__fish_insula_using_subcommand register" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand register" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand register" -l remove -d 'Take it back'
complete -c insula -n "__fish_insula_using_subcommand register" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c insula -n "__fish_insula_using_subcommand doctor" -l data-dir -d 'Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default: ~/.local/share/insula]' -r -F
complete -c insula -n "__fish_insula_using_subcommand doctor" -l policy-dir -d 'Where more of your organization\'s policies are; what /etc/insula/policies orders counts in any case [env: INSULA_POLICY_DIR]' -r -F
complete -c insula -n "__fish_insula_using_subcommand doctor" -l json -d 'Print JSON'
complete -c insula -n "__fish_insula_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "new" -d 'Begin an app'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "dev" -d 'Run an app while you write it'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "keygen" -d 'Make a key to sign apps with'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "pack" -d 'Make a signed app of a folder'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "sign" -d 'Sign a web bundle that another tool made'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "inspect" -d 'Show what is in a bundle, whether or not it is valid'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "verify" -d 'Say whether an app can be trusted to be what its author signed, and be installed'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "install" -d 'Install an app, or update it'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "list" -d 'List what is installed'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "update" -d 'Look for newer versions of apps, and install them'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "uninstall" -d 'Remove an app with everything that it stored and that you decided about it'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "run" -d 'Run an app'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "control" -d 'Command an app that is running'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "permissions" -d 'Show what apps may do, or change it'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "catalog" -d 'Show in words what an app asks for at its first run, as an app catalogue would'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "policy" -d 'Check policy files, say why a permission is as it is, or install the apps that are ordered'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "register" -d 'Open signed bundles (`.swbn`) from the file manager'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "doctor" -d 'Check that this machine has what apps need'
complete -c insula -n "__fish_insula_using_subcommand help; and not __fish_seen_subcommand_from new dev keygen pack sign inspect verify install list update uninstall run control permissions catalog policy register doctor help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c insula -n "__fish_insula_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "check" -d 'Tell of everything that is wrong in policy files, with line and column'
complete -c insula -n "__fish_insula_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "explain" -d 'Say which file and which key decide about an app\'s permissions, and what else was said'
complete -c insula -n "__fish_insula_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "apply" -d 'Install the apps that your organization orders, and remove those that it orders no more'
